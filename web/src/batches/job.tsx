import { useState } from "preact/hooks";

import { batchEnded, type Batch, type Client } from "@ballast/client";
import { useLocale, type Locale } from "../i18n";
import { Badge, Busy, Panel, Stat, Trouble } from "../ui/parts";

const tones: Record<Batch["status"], string> = { queued: "info", running: "medium", cancelling: "medium", cancelled: "refused", completed: "kept" };

/** How far a job is, what it has cost, and how to end it. */
export function JobPanel(p: { client: Client; job: Batch; onJob: (job: Batch) => void }) {
  const locale = useLocale();
  const { t, number, time, name } = locale;
  const { job } = p, { lines } = job;
  const done = lines.succeeded + lines.failed + lines.cancelled;
  return (
    <Panel title={t("batch.job")} class="job" aside={<Badge tone={tones[job.status]}>{t(`batch.is_${job.status}`)}</Badge>}>
      <p class="note"><code>{job.id}</code> · {time(job.created_at)}</p>
      <progress aria-label={t("batch.lines")} max={lines.total} value={done} />
      <dl class="totals">
        <Stat class="total" name={t("batch.lines")} value={t("batch.done", { done: number(done), total: number(lines.total) })} />
        <Stat name={t("spend.cost")} value={locale.usd(job.cost_usd)} note={batchEnded(job) ? undefined : `${t("spend.reserved")}: ${locale.usd(job.reserved_usd)}`} />
        <Stat name={t("batch.rate")} value={job.lines_per_second === null ? "–" : number(job.lines_per_second)} />
        {!batchEnded(job) && <Stat name={t("batch.left")} value={job.seconds_left === null ? "–" : lasting(job.seconds_left, locale)} />}
        <Stat name={t("source.model")} value={number(job.sources.model + job.sources.mixed)} />
        <Stat name={t("source.rules")} value={number(job.sources.rules)} note={job.degraded > 0 ? `${t("records.reason")}: ${number(job.degraded)}` : undefined} />
        <Stat name={t("batch.is_failed")} value={number(lines.failed)} />
        {lines.cancelled > 0 && <Stat name={t("batch.is_cancelled")} value={number(lines.cancelled)} />}
      </dl>
      {job.waiting && <p class="notice" role="status">{t("batch.waits", { reason: name("reason", job.waiting.reason), time: time(job.waiting.until) })}</p>}
      {(job.status === "queued" || job.status === "running") && <Cancel client={p.client} job={job} onJob={p.onJob} />}
    </Panel>
  );
}

function Cancel(p: { client: Client; job: Batch; onJob: (job: Batch) => void }) {
  const { t } = useLocale();
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<unknown>();
  const cancel = async () => {
    setAsked(true);
    setError(undefined);
    try {
      p.onJob(await p.client.cancelBatch(p.job.id));
    } catch (e) {
      setError(e);
      setAsked(false);
    }
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <Busy class="cancel" waits={asked} onClick={() => void cancel()}>{t("batch.cancel")}</Busy> <span class="hint">{t("batch.cancel_hint")}</span>
    </>
  );
}

/** A time that is left, in the largest unit that says enough. */
function lasting(seconds: number, { language }: Locale): string {
  const [value, unit] = seconds < 120 ? [seconds, "second"] : seconds < 7200 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(value);
}
