import { useEffect, useRef, useState } from "preact/hooks";

import type { Client, DegradedReason as Reason } from "@ballast/client";
import { useLocale } from "../i18n";
import { Badge, Panel, Table, Trouble } from "../ui/parts";

/** A line of the journal or of the caller's own history. */
export interface Line {
  id: string;
  created_at: string;
  client: string;
  kind: "recommendation" | "feedback" | "question";
  source: string;
  degraded: string | null;
}

/** What is searched for; "" is anything. */
interface Filter { client: string; kind: string; source: string; degraded: string; from: string; to: string }

const anything: Filter = { client: "", kind: "", source: "", degraded: "", from: "", to: "" };
const sources = ["model", "mixed", "rules"] as const;
const kinds = ["recommendation", "feedback", "question"] as const;
const reasons = [
  "budget_exhausted", "model_throttled", "model_unavailable", "model_denied", "model_retired", "model_timeout", "answer_rejected", "ledger_unavailable",
];

/** A page of the journal for auditors, of the caller's own history for others. */
async function page(client: Client, auditor: boolean, f: Filter, cursor: string | null): Promise<{ lines: Line[]; next: string | null }> {
  const query = {
    limit: 20, ...(cursor && { cursor }), ...(f.source && { source: f.source as "model" }), ...(f.degraded && { degraded: f.degraded as Reason }),
    ...(f.from && { from: midnight(f.from) }), ...(f.to && { to: midnight(f.to) }),
  };
  if (!auditor) {
    const got = await client.history(query);
    return { lines: got.recommendations.map((r) => ({ ...r, kind: "recommendation" })), next: got.next };
  }
  const got = await client.records({ ...query, ...(f.client && { client: f.client }), ...(f.kind && { kind: f.kind as Line["kind"] }) });
  return { lines: got.records, next: got.next };
}

/** When a day begins where the reader is, as all times of the page are told. */
const midnight = (day: string) => new Date(`${day}T00:00:00`).toISOString();

/** Finds records; each is opened by its id. */
export function Search(p: { client: Client; auditor: boolean; onOpen: (id: string) => void }) {
  const { t } = useLocale();
  const [filter, setFilter] = useState(anything);
  const [found, setFound] = useState<Line[]>();
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>();
  const turn = useRef(0); // what comes after a newer search was begun is not shown
  const search = async (cursor: string | null) => {
    const mine = ++turn.current;
    setError(undefined);
    if (!cursor) setFound(undefined);
    try {
      const got = await page(p.client, p.auditor, filter, cursor);
      if (turn.current !== mine) return;
      setFound(cursor ? [...(found ?? []), ...got.lines] : got.lines);
      setNext(got.next);
    } catch (e) {
      if (turn.current === mine) setError(e);
    }
  };
  useEffect(() => void search(null), [p.client, p.auditor]);
  return (
    <Panel title={t(p.auditor ? "records.journal" : "records.history")} class="search">
      <Filters auditor={p.auditor} filter={filter} onChange={setFilter} onSearch={() => void search(null)} />
      {error !== undefined && <Trouble error={error} />}
      <p role="status" class="empty">{found ? found.length === 0 && t("records.none") : error === undefined && t("wait.reading")}</p>
      {found && found.length > 0 && <Lines lines={found} onOpen={p.onOpen} />}
      {found && next && <button type="button" class="quiet" onClick={() => void search(next)}>{t("records.more")}<span class="visually-hidden">: {t("nav.records")}</span></button>}
    </Panel>
  );
}

/** Records, each opened by its id. */
export function Lines({ lines, onOpen }: { lines: Line[]; onOpen: (id: string) => void }) {
  const { t, time, name } = useLocale();
  return (
    <Table caption={t("nav.records")} hideCaption rows={lines} columns={[
      { head: t("records.id"), cell: (l) => <button type="button" class="link" onClick={() => onOpen(l.id)}><code>{l.id}</code></button> },
      { head: t("records.time"), cell: (l) => time(l.created_at) },
      { head: t("records.client"), cell: (l) => l.client },
      { head: t("records.kind"), cell: (l) => t(`kind.${l.kind}`) },
      { head: t("result.source"), cell: (l) => l.source && <Badge tone={l.source}>{t(`source.${l.source as "model"}`)}</Badge> },
      { head: t("records.reason"), cell: (l) => (l.degraded ? name("reason", l.degraded) : "–") },
    ]} />
  );
}

function Filters(p: { auditor: boolean; filter: Filter; onChange: (f: Filter) => void; onSearch: () => void }) {
  const { t, name } = useLocale();
  const set = (change: Partial<Filter>) => p.onChange({ ...p.filter, ...change });
  const options = (values: readonly string[], text: (v: string) => string) => [<option value="">{t("records.any")}</option>, ...values.map((v) => <option value={v}>{text(v)}</option>)];
  return (
    <form class="search-form" onSubmit={(e) => { e.preventDefault(); p.onSearch(); }}>
      {p.auditor && <div class="field"><label for="by-client">{t("records.client")}</label>
        <input id="by-client" value={p.filter.client} autocomplete="off" onInput={(e) => set({ client: e.currentTarget.value.trim() })} /></div>}
      {p.auditor && <div class="field"><label for="by-kind">{t("records.kind")}</label>
        <select id="by-kind" value={p.filter.kind} onChange={(e) => set({ kind: e.currentTarget.value })}>{options(kinds, (k) => t(`kind.${k as "feedback"}`))}</select></div>}
      <div class="field"><label for="by-source">{t("result.source")}</label>
        <select id="by-source" value={p.filter.source} onChange={(e) => set({ source: e.currentTarget.value })}>{options(sources, (s) => t(`source.${s as "model"}`))}</select></div>
      <div class="field"><label for="by-reason">{t("records.reason")}</label>
        <select id="by-reason" value={p.filter.degraded} onChange={(e) => set({ degraded: e.currentTarget.value })}>{options(reasons, (r) => name("reason", r))}</select></div>
      <div class="field"><label for="from-day">{t("records.from")}</label><input id="from-day" type="date" value={p.filter.from} onChange={(e) => set({ from: e.currentTarget.value })} /></div>
      <div class="field"><label for="to-day">{t("records.to")}</label><input id="to-day" type="date" value={p.filter.to} onChange={(e) => set({ to: e.currentTarget.value })} /></div>
      <button type="submit">{t("records.search")}</button>
    </form>
  );
}
