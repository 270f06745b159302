import type { JournalRecord } from "@ballast/client";
import { useLocale } from "../i18n";
import { Badge, Panel } from "../ui/parts";

type Attempt = JournalRecord["attempts"][number];

/** Each call of the model: what it was told, what it wrote, and what every check found, side by side. */
export function Attempts({ record }: { record: JournalRecord }) {
  const { t, day } = useLocale();
  const from = record.record.words_from;
  return (
    <section class="record">
      {from && <p class="note">{t("record.words_from")} <a href={`#/records/${from}`}><code>{from}</code></a></p>}
      {!from && record.attempts.length === 0 && <p class="note">{t("record.no_attempt")}</p>}
      {record.attempts.map((a, i) => <Call key={a.reservation} attempt={a} number={i + 1} />)}
      <details><summary>{t("record.request")} <code>{record.record.request_hash}</code></summary><pre tabIndex={0}>{pretty(record.request)}</pre></details>
      <details><summary>{t("record.answer")}</summary><pre tabIndex={0}>{pretty(record.answer)}</pre></details>
      {record.retain_until && <p class="note">{t("record.kept", { date: day(record.retain_until) })}</p>}
    </section>
  );
}

function Call({ attempt: a, number }: { attempt: Attempt; number: number }) {
  const { t } = useLocale();
  const title = t("record.attempt", { n: number, input: a.input_tokens, output: a.output_tokens, cost: a.cost_usd, ms: a.latency_ms });
  return (
    <Panel title={title}>
      {a.error_kind && <p class="trouble">{t("record.failed", { error: a.error_kind.replaceAll("_", " ") })}</p>}
      <div class="columns">
        <div><h3>{t("record.system")}</h3><pre tabIndex={0}>{a.system}</pre><h3>{t("record.prompt")}</h3><pre tabIndex={0}>{a.user}</pre></div>
        <div><h3>{t("record.raw")}</h3><pre tabIndex={0}>{a.prefill}{a.raw}</pre></div>
        <div>
          <h3>{t("record.verdicts")}</h3>
          {a.verdicts.length === 0 && <p class="note">{t("record.no_verdict")}</p>}
          <ul class="verdicts">{a.verdicts.map((v) => <li><code>{v.item}</code> {v.reason.replaceAll("_", " ")} <Badge tone={v.action === "repaired" ? "low" : "refused"}>{t(`verdict.${v.action}`)}</Badge></li>)}</ul>
        </div>
      </div>
    </Panel>
  );
}

/** JSON with line breaks, for the eye; other text as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
