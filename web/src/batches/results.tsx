import { useEffect, useState } from "preact/hooks";

import type { BatchResult, Client } from "@ballast/client";
import { useLocale, type Locale } from "../i18n";
import { Badge, Panel, Table, Trouble } from "../ui/parts";

/** How many results are shown at once: a book may have ten thousand. */
const step = 100;

/** What the table shows of a result; the answers themselves are behind its links. */
interface Row {
  line: number;
  customID: string | null;
  status: BatchResult["status"];
  id?: string;
  source?: string;
  degraded?: string;
  error?: NonNullable<BatchResult["error"]>;
}

function rowOf(r: BatchResult): Row {
  return {
    line: r.line, customID: r.custom_id, status: r.status,
    ...(r.recommendation && { id: r.recommendation.id, source: r.recommendation.source, ...(r.recommendation.degraded && { degraded: r.recommendation.degraded.reason }) }),
    ...(r.error && { error: r.error }),
  };
}

/** Why a line has no answer, with the first of its faults. */
function refusal(e: NonNullable<BatchResult["error"]>, { said }: Locale): string {
  const faults = (e.errors ?? []).slice(0, 3).map((f) => `${f.pointer ?? ""} ${said(["said"], f.code, f.detail)}`);
  return [said(["problem"], e.code, e.title), ...faults].join(" ");
}

/** The results in the order of the lines, as they come. */
export function Results(p: { client: Client; id: string }) {
  const locale = useLocale(), { t, number, name } = locale;
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [most, setMost] = useState(step);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const mine = new AbortController();
    const read = async () => {
      let n = rows.length;
      if (n >= most) return;
      for await (const r of p.client.batchResults(p.id, { after: rows.at(-1)?.line ?? 0, signal: mine.signal })) {
        if (mine.signal.aborted) return;
        setRows((seen) => [...seen, rowOf(r)]);
        if (++n >= most) return; // what nobody looks at is not read
      }
    };
    setError(undefined);
    read().catch((e: unknown) => { if (!mine.signal.aborted) setError(e); });
    return () => mine.abort();
  }, [p.client, p.id, most]);
  return (
    <Panel title={t("batch.results")}>
      {error !== undefined && <Trouble error={error} retry={() => setMost(most + 1)} />}
      {rows.length === 0 ? <p class="empty">{t("batch.none")}</p> : (
        <Table caption={t("batch.results")} hideCaption rows={rows} columns={[
          { head: t("batch.line"), cell: (r) => number(r.line) },
          { head: t("batch.custom_id"), cell: (r) => r.customID ?? "–" },
          { head: t("batch.status"), cell: (r) => <Badge tone={r.status === "succeeded" ? "kept" : "refused"}>{t(`batch.is_${r.status}`)}</Badge> },
          { head: t("result.source"), cell: (r) => (r.source ? <Badge tone={r.source}>{t(`source.${r.source as "model"}`)}</Badge> : "–") },
          { head: t("kind.recommendation"), cell: (r) => (r.id ? <a href={`#/records/${r.id}`}><code>{r.id}</code></a> : "–") },
          { head: t("records.reason"), cell: (r) => (r.error ? refusal(r.error, locale) : r.degraded ? name("reason", r.degraded) : "–") },
        ]} />
      )}
      {rows.length >= most && <button type="button" class="quiet" onClick={() => setMost(most + step)}>{t("records.more")}<span class="visually-hidden">: {t("batch.results")}</span></button>}
    </Panel>
  );
}
