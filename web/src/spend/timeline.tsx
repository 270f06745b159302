import { useId, useState } from "preact/hooks";

import type { AdminUsage } from "@ballast/client";
import { useLocale, type Locale } from "../i18n";
import { Segments, Table } from "../ui/parts";

type Bucket = AdminUsage["series"][number];
type Measure = "cost" | "tokens";

const lengths = { hour: 3_600_000, day: 86_400_000 } as const;
const measures: Record<Measure, (b: Bucket) => number> = {
  cost: (b) => Number(b.cost_usd),
  tokens: (b) => b.input_tokens + b.output_tokens,
};

/** As many clients have a colour of their own; the others share one. */
const mostShown = 5;

export interface Stack {
  /** The client's name; "" for all that have no colour of their own. */
  client: string;
  /** The sum in each bucket from the first to the last; zero where nothing happened. */
  sums: number[];
}

/** The series by client, the largest first. */
export function stacks(usage: AdminUsage, measure: Measure): Stack[] {
  const start = Date.parse(usage.from), length = lengths[usage.bucket];
  const buckets = Math.max(1, Math.ceil((Date.parse(usage.to) - start) / length));
  const byClient = new Map<string, number[]>();
  for (const b of usage.series) {
    const i = Math.floor((Date.parse(b.starts_at) - start) / length);
    const sums = byClient.get(b.client) ?? new Array<number>(buckets).fill(0);
    if (sums[i] !== undefined) sums[i] += measures[measure](b);
    byClient.set(b.client, sums);
  }
  const all = [...byClient].map(([client, sums]) => ({ client, sums })).sort((a, b) => total(b.sums) - total(a.sums) || a.client.localeCompare(b.client));
  if (all.length <= mostShown) return all;
  const rest = all.slice(mostShown - 1).map((s) => s.sums);
  return [...all.slice(0, mostShown - 1), { client: "", sums: rest.reduce((a, b) => a.map((v, i) => v + b[i]!)) }];
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** What was spent over time, by client, with tokens and cost of each in the table behind. */
export function Timeline({ usage }: { usage: AdminUsage }) {
  const locale = useLocale();
  const { t, time } = locale;
  const [measure, setMeasure] = useState<Measure>("cost");
  const layers = stacks(usage, measure);
  const title = useId();
  const name = (s: Stack) => s.client || t("spend.others");
  return (
    <figure class="chart" aria-labelledby={title}>
      <figcaption><h2 id={title}>{t("spend.over_time")}</h2>
        <Segments label={t("spend.measure")} value={measure} onChange={setMeasure} options={[["cost", t("spend.cost")], ["tokens", t("spend.tokens")]]} /></figcaption>
      <ul class="legend" aria-hidden="true">{layers.map((s, i) => <li><i class={`swatch layer-${i}`} />{name(s)}</li>)}</ul>
      {layers.length === 0 && <p class="empty">{t("chart.empty")}</p>}
      {layers.length > 0 && <Columns layers={layers} scale={(v) => scaleText(v, measure, locale)} name={name} />}
      <p class="timeline-ends" aria-hidden="true"><span>{time(usage.from)}</span><span>{time(usage.to)}</span></p>
      <Behind usage={usage} />
    </figure>
  );
}

function scaleText(v: number, measure: Measure, { language, number }: Locale): string {
  return measure === "cost" ? `USD ${new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(v)}` : number(v, 0);
}

/** Columns of stacked parts with lines at the whole and the half of the highest. */
function Columns(p: { layers: Stack[]; scale: (v: number) => string; name: (s: Stack) => string }) {
  const count = p.layers[0]!.sums.length, width = 1000 / count;
  const most = Math.max(...p.layers[0]!.sums.map((_, i) => total(p.layers.map((l) => l.sums[i]!)))) || 1;
  const below = new Array<number>(count).fill(0);
  const height = (v: number) => (v / most) * 98;
  return (
    <div class="timeline-frame" aria-hidden="true">
      <p class="timeline-scale"><span>{p.scale(most)}</span><span>{p.scale(most / 2)}</span><span>0</span></p>
      <svg class="timeline" viewBox="0 0 1000 100" preserveAspectRatio="none" focusable="false">
        {[1, 50].map((y) => <line class="grid" x1="0" x2="1000" y1={y} y2={y} />)}
        {p.layers.map((layer, l) => layer.sums.map((v, i) => {
          if (v === 0) return null;
          below[i]! += v;
          return <rect class={`layer-${l}`} x={i * width + width * 0.1} width={width * 0.8} y={99 - height(below[i]!)} height={height(v)}><title>{`${p.name(layer)}: ${p.scale(v)}`}</title></rect>;
        }))}
        <line class="axis" x1="0" x2="1000" y1="99.5" y2="99.5" />
      </svg>
    </div>
  );
}

function Behind({ usage }: { usage: AdminUsage }) {
  const { t, time, number } = useLocale();
  return (
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
  );
}
