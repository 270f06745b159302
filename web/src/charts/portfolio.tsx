import { useState } from "preact/hooks";

import type { Analysis, Fact, Recommendation } from "@ballast/client";
import { useLocale, type Locale } from "../i18n";
import { Segments } from "../ui/parts";
import { BarChart, type Row } from "./bars";

interface ChartProps {
  analysis: Analysis;
  lit: ReadonlySet<string>;
}

const factsOf = (a: Analysis, ...codes: string[]) => a.facts.filter((f) => codes.includes(f.code));

/** The value of each fact after all recommended trades, where the service has computed one. */
export function after(recommendations: readonly Recommendation[]): Map<string, string> {
  // Actions are consecutive by id, so that the last one tells the end.
  const inOrder = [...recommendations].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
  return new Map(inOrder.flatMap((r) => r.impact.map((i): [string, string] => [i.fact, i.after])));
}

const dimensions = ["asset_class", "sector", "region", "currency"] as const;
type Dimension = (typeof dimensions)[number];

/** Shares before and, where trades change them, after, against the target. */
export function Allocation(p: ChartProps & { recommendations: readonly Recommendation[] }) {
  const locale = useLocale();
  const { t } = locale;
  const [by, setBy] = useState<Dimension>("asset_class");
  const rows = allocationRows(p.analysis, p.recommendations, by, locale);
  const changed = rows.some((r) => r.bars.length > 1);
  return (
    <BarChart title={t("chart.allocation")} rows={rows} lit={p.lit}
      legend={[["now", t("chart.now")], ...(changed ? [["after", t("chart.after")] as [string, string]] : []),
        ...(rows.some((r) => r.mark !== undefined) ? [["mark", t("chart.target")] as [string, string]] : [])]}
      heads={[t("chart.share"), t("chart.now"), t("chart.after"), t("chart.target")]}
      cells={(r) => [locale.percent(r.bars[0]!.value), r.bars[1] ? locale.percent(r.bars[1].value) : "–", r.mark === undefined ? "–" : locale.percent(r.mark)]}
      aside={<Segments label={t("chart.by")} value={by} onChange={setBy} options={dimensions.map((d) => [d, t(`chart.${d}`)])} />} />
  );
}

function allocationRows(a: Analysis, recommendations: readonly Recommendation[], by: Dimension, locale: Locale): Row[] {
  const end = after(recommendations);
  return a.allocation.filter((l) => l.by === by).map((l) => {
    const fact = a.facts.find((f) => f.code === `${by}_weight` && f.subject === l.key);
    const then = fact && end.get(fact.id);
    return {
      key: l.key, name: by === "currency" ? l.key : locale.name("class", l.key), facts: fact ? [fact.id] : [],
      bars: [{ value: Number(l.weight), tone: "now" }, ...(then === undefined ? [] : [{ value: Number(then), tone: "after" as const }])],
      mark: l.target === undefined ? undefined : Number(l.target),
      text: locale.percent(l.weight) + (then === undefined ? "" : ` → ${locale.percent(then)}`),
    };
  });
}

/** The distance of each class from its target, with the band in which it may lie. */
export function Drift(p: ChartProps) {
  const locale = useLocale();
  const { t } = locale;
  const rows = factsOf(p.analysis, "class_drift").map((f): Row => {
    const value = Number(f.value), band = f.threshold === undefined ? undefined : Number(f.threshold);
    return {
      key: f.id, name: locale.name("class", f.subject ?? ""), facts: [f.id], bars: [{ value, tone: band !== undefined && Math.abs(value) > band ? "over" : "now" }],
      band: band === undefined ? undefined : [-band, band], text: points(value, locale),
    };
  });
  return (
    <BarChart title={t("chart.drift")} rows={rows} lit={p.lit} legend={[["band", t("chart.band")], ["over", t("chart.outside")]]}
      heads={[t("chart.share"), t("chart.drift"), t("chart.band")]}
      cells={(r) => [points(r.bars[0]!.value, locale), r.band ? `± ${points(r.band[1], locale, false)}` : "–"]} />
  );
}

/** A difference of ratios in points of a hundred. */
function points(v: number, locale: Locale, signed = true): string {
  const text = new Intl.NumberFormat(locale.language, { minimumFractionDigits: 1, maximumFractionDigits: 2, signDisplay: signed ? "exceptZero" : "auto" }).format(v * 100);
  return `${text} ${locale.t("chart.points")}`;
}

/** How much lies in few holdings, and in single issuers against their limit. */
export function Concentration(p: ChartProps) {
  const locale = useLocale();
  const { t } = locale;
  const name = (f: Fact) => (f.code === "issuer_weight" ? (f.subject ?? "") : t("chart.top", { n: f.subject ?? "" }));
  const rows = [...factsOf(p.analysis, "issuer_weight"), ...factsOf(p.analysis, "top_n_weight")].map((f): Row => {
    const value = Number(f.value), limit = f.threshold === undefined ? undefined : Number(f.threshold);
    return { key: f.id, name: name(f), facts: [f.id], bars: [{ value, tone: limit !== undefined && value > limit ? "over" : "now" }], mark: limit, text: locale.percent(value) };
  });
  const index = factsOf(p.analysis, "effective_number")[0];
  return (
    <BarChart title={t("chart.concentration")} rows={rows.slice(0, 10)} lit={p.lit} legend={[["mark", t("chart.limit")], ["over", t("chart.over")]]} note={index?.text}
      heads={[t("chart.holding"), t("chart.weight"), t("chart.limit")]}
      cells={(r) => [locale.percent(r.bars[0]!.value), r.mark === undefined ? "–" : locale.percent(r.mark)]} />
  );
}

/** Unrealised gains and losses by holding, and what the funds cost. */
export function Gains(p: ChartProps) {
  const locale = useLocale();
  const { t } = locale;
  const currency = p.analysis.base_currency;
  const rows = factsOf(p.analysis, "unrealised_gain").map((f): Row => {
    const value = Number(f.value);
    return {
      key: f.id, name: f.subject === "portfolio" ? t("chart.all") : (f.subject ?? ""), facts: [f.id],
      bars: [{ value, tone: value < 0 ? "loss" : "gain" }], text: locale.number(value, 0),
    };
  });
  return (
    <BarChart title={t("chart.gains", { currency })} rows={rows.slice(0, 12)} lit={p.lit} legend={[["gain", t("chart.gain")], ["loss", t("chart.loss")]]}
      heads={[t("chart.holding"), t("chart.gain_loss")]} cells={(r) => [locale.money(r.bars[0]!.value, currency)]} />
  );
}

/** What the funds cost a year, each against its limit. */
export function Fees(p: ChartProps) {
  const locale = useLocale();
  const { t } = locale;
  const total = factsOf(p.analysis, "expense_ratio")[0];
  const rows = [...(total ? [total] : []), ...factsOf(p.analysis, "fund_expense_ratio")].map((f): Row => {
    const value = Number(f.value), limit = f.threshold === undefined ? undefined : Number(f.threshold);
    return {
      key: f.id, name: f.code === "expense_ratio" ? t("chart.all") : (f.subject ?? ""), facts: [f.id],
      bars: [{ value, tone: limit !== undefined && value > limit ? "over" : "now" }], mark: limit, text: locale.percent(value, 2),
    };
  });
  return (
    <BarChart title={t("chart.fees")} rows={rows.slice(0, 10)} lit={p.lit} legend={[["mark", t("chart.limit")]]} note={factsOf(p.analysis, "annual_fee")[0]?.text}
      heads={[t("chart.holding"), t("chart.fee"), t("chart.limit")]}
      cells={(r) => [locale.percent(r.bars[0]!.value, 2), r.mark === undefined ? "–" : locale.percent(r.mark, 2)]} />
  );
}
