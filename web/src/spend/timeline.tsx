import type { AdminUsage } from "@ballast/client";
import { useLocale } from "../i18n";
import { Table } from "../ui/parts";

const lengths = { hour: 3_600_000, day: 86_400_000 } as const;

/** The cost of each bucket from the first to the last, in USD; zero where nothing happened. */
export function columns(usage: AdminUsage): number[] {
  const start = Date.parse(usage.from), length = lengths[usage.bucket];
  const sums = new Array<number>(Math.max(1, Math.ceil((Date.parse(usage.to) - start) / length))).fill(0);
  for (const b of usage.series) {
    const i = Math.floor((Date.parse(b.starts_at) - start) / length);
    if (sums[i] !== undefined) sums[i] += Number(b.cost_usd);
  }
  return sums;
}

/** What was spent over time, with tokens and cost of each client in the table behind. */
export function Timeline({ usage }: { usage: AdminUsage }) {
  const { t, time, number } = useLocale();
  const sums = columns(usage), most = Math.max(...sums) || 1, width = 1000 / sums.length;
  return (
    <figure class="chart">
      <figcaption><h2>{t("spend.over_time")}</h2></figcaption>
      <svg class="timeline" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {sums.map((v, i) => <rect class="column" x={i * width + width * 0.1} width={width * 0.8} y={98 - (v / most) * 96} height={(v / most) * 96} />)}
        <line class="axis" x1="0" x2="1000" y1="99" y2="99" />
      </svg>
      <p class="timeline-ends" aria-hidden="true"><span>{time(usage.from)}</span><span>{time(usage.to)}</span></p>
      <details class="behind">
        <summary>{t("chart.table")}<span class="visually-hidden">: {t("spend.over_time")}</span></summary>
        <Table caption={t("spend.over_time")} hideCaption rows={usage.series} columns={[
          { head: t("records.time"), cell: (b) => time(b.starts_at) },
          { head: t("records.client"), cell: (b) => b.client },
          { head: t("spend.tokens_in"), numeric: true, cell: (b) => number(b.input_tokens) },
          { head: t("spend.tokens_out"), numeric: true, cell: (b) => number(b.output_tokens) },
          { head: t("spend.cost"), numeric: true, cell: (b) => b.cost_usd },
          { head: t("spend.saved"), numeric: true, cell: (b) => b.saved_usd },
          { head: t("spend.answers"), numeric: true, cell: (b) => number(b.answers) },
        ]} />
      </details>
    </figure>
  );
}
