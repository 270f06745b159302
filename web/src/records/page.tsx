import { useEffect, useRef, useState } from "preact/hooks";

import { BallastError, type Client, type JournalRecord, type Recommendations } from "@ballast/client";
import { Result } from "../advise/result";
import { useLocale } from "../i18n";
import { Panel, Trouble } from "../ui/parts";
import { Attempts } from "./attempts";
import { type Line, Lines, Search } from "./search";
import { Verify } from "./verify";

/** The record that the address names; "" when it names none. */
function named(): string {
  const [, id = ""] = /^#\/records\/(.+)$/.exec(location.hash) ?? [];
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** A record as far as the caller may see it: auditors see the calls of the model, and what came of a recommendation. */
interface Opened {
  answer?: Recommendations;
  journal?: JournalRecord;
  outcome?: Line[];
}

async function read(client: Client, auditor: boolean, id: string): Promise<Opened> {
  if (!auditor) return { answer: await client.recommendation(id) };
  const journal = await client.record(id);
  if (journal.record.kind !== "recommendation") return { journal };
  const { records } = await client.records({ about: id, limit: 200 });
  return { journal, answer: JSON.parse(journal.answer) as Recommendations, outcome: records };
}

/** What was recorded; the address names the record that is open, so that Back leads to the one before. */
export function RecordsPage({ client }: { client: Client }) {
  const { t } = useLocale();
  const { auditor, shown, open, retry } = useNamedRecord(client);
  const [id, setID] = useState(shown.id);
  useEffect(() => setID(shown.id), [shown.id]);
  return (
    <main id="records" class="page">
      <h1>{t("nav.records")}</h1>
      <form class="search-form" onSubmit={(e) => { e.preventDefault(); if (id.trim()) open(id.trim()); }}>
        <div class="field"><label for="record">{t("records.id")}</label>
          <input id="record" value={id} autocomplete="off" spellcheck={false} placeholder="rec_…" onInput={(e) => setID(e.currentTarget.value)} /></div>
        <button type="submit" class="primary">{t("records.open")}</button>
      </form>
      {auditor && <Verify client={client} />}
      {auditor !== undefined && <Search client={client} auditor={auditor} onOpen={open} />}
      <p role="status" class="note">{(shown.reading || (auditor === undefined && shown.error === undefined)) && t("wait.reading")}</p>
      {shown.error !== undefined && <Trouble error={shown.error} retry={retry} />}
      {shown.opened && <Record client={client} onOpen={open} {...shown.opened} />}
    </main>
  );
}

/** What became of the id in the address. */
interface Shown { id: string; reading?: boolean; opened?: Opened; error?: unknown }

/** Reads the record that the address names, now and whenever it names another. auditor is undefined until it is known whether the key is one's. */
function useNamedRecord(client: Client) {
  const [auditor, setAuditor] = useState<boolean>();
  const [shown, setShown] = useState<Shown>(() => ({ id: named() }));
  const turn = useRef(0); // a record that comes after another was asked for is not shown
  const show = (asAuditor: boolean) => {
    const mine = ++turn.current, id = named();
    const update = (s: Shown) => { if (turn.current === mine) setShown(s); };
    update({ id, reading: id !== "" });
    if (id) read(client, asAuditor, id).then((opened) => update({ id, opened }), (error: unknown) => update({ id, error }));
  };
  const begin = () => {
    const know = (may: boolean) => { setAuditor(may); show(may); };
    setShown({ id: named() });
    client.usage().then((usage) => know(usage.role === "auditor"), (error: unknown) => setShown({ id: named(), error }));
  };
  const again = () => (auditor === undefined ? begin() : show(auditor));
  useEffect(begin, [client]);
  useEffect(() => {
    const moved = () => { if (auditor !== undefined && location.hash.startsWith("#/records")) show(auditor); };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, [client, auditor]);
  const open = (id: string) => {
    if (id === named()) again();
    else location.hash = `#/records/${encodeURIComponent(id)}`;
  };
  const gone = shown.error instanceof BallastError && shown.error.status === 404;
  return { auditor, shown, open, retry: gone ? undefined : again };
}

function Record(p: Opened & { client: Client; onOpen: (id: string) => void }) {
  const { t, time } = useLocale();
  const a = p.answer, of = p.journal?.record;
  // It stands below the list that it was chosen from.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      {a && <h2 ref={heading} tabIndex={-1}>{t("records.of", { id: a.id, time: time(a.created_at), model: a.usage.model_id })}</h2>}
      {!a && of && <h2 ref={heading} tabIndex={-1}>{t("records.of", { id: of.id, time: time(of.created_at), model: of.model_id })}</h2>}
      {p.journal && <Attempts record={p.journal} />}
      {!!p.outcome?.length && <Panel title={t("record.outcome")} class="outcome"><Lines lines={p.outcome} onOpen={p.onOpen} /></Panel>}
      {a && <Result key={a.id} client={p.client} analysis={a.analysis} answer={a} waiting={false} reading={p.journal !== undefined} />}
    </>
  );
}
