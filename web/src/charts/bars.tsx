import type { ComponentChildren } from "preact";

import { useId } from "preact/hooks";

import { Table } from "../ui/parts";
import { useLocale } from "../i18n";

/** One bar: from its base to value, in the units of the chart. */
export interface Bar {
  value: number;
  tone: "now" | "after" | "gain" | "loss" | "over";
}

export interface Row {
  key: string;
  name: string;
  bars: Bar[];
  /** What is written at the end, the figures as text. */
  text: string;
  /** A line across the bar, such as a target or a limit. */
  mark?: number | undefined;
  /** A shaded range, such as a band. */
  band?: [number, number] | undefined;
  /** The facts it shows, to be lit with them. */
  facts: string[];
}

/** The figures of a row for the table behind the chart, one cell for each head. */
export interface BarChartProps {
  title: string;
  heads: string[];
  cells: (row: Row) => string[];
  rows: Row[];
  legend?: [string, string][];
  lit: ReadonlySet<string>;
  aside?: ComponentChildren;
  note?: string | undefined;
}

/** Horizontal bars on one scale, with the table of their figures behind them. */
export function BarChart(p: BarChartProps) {
  const { t } = useLocale();
  const scale = scaleOf(p.rows);
  const title = useId();
  return (
    <figure class="chart" aria-labelledby={title}>
      <figcaption><h3 id={title}>{p.title}</h3>{p.aside}</figcaption>
      {p.legend && <ul class="legend" aria-hidden="true">{p.legend.map(([tone, text]) => <li><i class={`swatch ${tone}`} />{text}</li>)}</ul>}
      {p.rows.length === 0 ? <p class="empty">{t("chart.empty")}</p> : <ul class="bars" aria-labelledby={title}>
        {p.rows.map((r) => (
          <li class={`bar-row ${r.facts.some((f) => p.lit.has(f)) ? "lit" : ""}`} key={r.key}>
            <span class="bar-name" title={r.name}>{r.name}</span>
            <Track row={r} scale={scale} />
            <span class="bar-text">{r.text}</span>
          </li>
        ))}
      </ul>}
      {p.note && <p class="note">{p.note}</p>}
      {p.rows.length > 0 && (
        <details class="behind">
          <summary>{t("chart.table")}<span class="visually-hidden">: {p.title}</span></summary>
          <Table caption={p.title} hideCaption rows={p.rows}
            columns={p.heads.map((head, i) => ({ head, numeric: i > 0, cell: (r: Row) => (i === 0 ? r.name : p.cells(r)[i - 1]) }))} />
        </details>
      )}
    </figure>
  );
}

interface Scale { low: number; high: number }

/** The range of all rows, with zero in it and a little air at both ends. */
export function scaleOf(rows: readonly Row[]): Scale {
  const all = rows.flatMap((r) => [...r.bars.map((b) => b.value), ...(r.mark === undefined ? [] : [r.mark]), ...(r.band ?? [])]);
  const low = Math.min(0, ...all), high = Math.max(0, ...all);
  const air = (high - low || 1) * 0.02;
  return { low: low < 0 ? low - air : 0, high: high > 0 ? high + air : 0 || air };
}

function Track({ row, scale }: { row: Row; scale: Scale }) {
  const at = (v: number) => `${round(((v - scale.low) / (scale.high - scale.low)) * 100)}%`;
  const span = (a: number, b: number) => ({ x: at(Math.min(a, b)), width: `${round((Math.abs(b - a) / (scale.high - scale.low)) * 100)}%` });
  const height = row.bars.length > 1 ? 8 : 12;
  const total = row.bars.length * height + (row.bars.length - 1) * 2 + 8;
  return (
    <svg class="track" height={total} width="100%" focusable="false">
      {row.band && <rect class="band" y="0" height={total} {...span(...row.band)} />}
      {scale.low < 0 && <line class="axis" x1={at(0)} x2={at(0)} y1="0" y2={total} />}
      {row.bars.map((b, i) => <rect class={b.tone} y={4 + i * (height + 2)} height={height} rx="1.5" {...span(0, b.value)} />)}
      {row.mark !== undefined && <line class="mark" x1={at(row.mark)} x2={at(row.mark)} y1="0" y2={total} />}
    </svg>
  );
}

const round = (v: number) => Math.round(v * 100) / 100;
