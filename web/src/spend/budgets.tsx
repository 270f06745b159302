import type { Schemas } from "@ballast/client";
import { useLocale, type Locale } from "../i18n";
import { BarChart, type Row } from "../charts/bars";

type Budget = Schemas["Budget"];

/** What each budget allows, has paid and holds for calls under way. */
export function Budgets(p: { budgets: readonly Budget[]; asOf: string }) {
  const locale = useLocale();
  const { t } = locale;
  const byKey = new Map(p.budgets.map((b) => [b.window as string, b]));
  const usd = (v: string | null) => (v === null ? t("spend.unlimited") : locale.usd(v));
  return (
    <div class="charts">
      {p.budgets.map((b) => (
        <BarChart key={b.window} title={t(`spend.${b.window}`)} rows={[rowOf(b, locale)]} lit={new Set()}
          legend={[["now", t("spend.spent")], ["after", t("spend.reserved")], ["mark", t("spend.limit")]]}
          note={`${t("spend.resets", { time: locale.time(b.resets_at) })} ${outlook(b, p.asOf, locale)}`}
          heads={[t("spend.spent"), t("spend.reserved"), t("spend.left"), t("spend.limit")]}
          cells={(r) => { const x = byKey.get(r.key)!; return [usd(x.reserved_usd), usd(x.remaining_usd), usd(x.limit_usd)]; }} />
      ))}
    </div>
  );
}

function rowOf(b: Budget, { t, share, usd }: Locale): Row {
  const spent = Number(b.spent_usd), limit = b.limit_usd === null ? undefined : Number(b.limit_usd);
  return {
    key: b.window, name: usd(b.spent_usd), facts: [], mark: limit,
    bars: [{ value: spent, tone: limit !== undefined && spent >= limit ? "over" : "now" }, { value: Number(b.reserved_usd), tone: "after" }],
    text: limit ? `${share(spent / limit)} ${t("spend.of_limit", { limit: usd(limit) })}` : t("spend.unlimited"),
  };
}

/**
 * When the budget is used up if money goes on being spent as fast as since the window began: milliseconds since 1970,
 * `now` when it is used up already, undefined when it lasts or nothing was spent.
 */
export function exhaustion(b: Budget, now: number): number | undefined {
  if (b.remaining_usd === null) return undefined;
  const left = Number(b.remaining_usd), spent = Number(b.spent_usd), passed = now - Date.parse(b.starts_at);
  if (left <= 0) return now;
  if (spent <= 0 || passed <= 0) return undefined;
  const end = now + (left / spent) * passed;
  return end < Date.parse(b.resets_at) ? end : undefined;
}

function outlook(b: Budget, asOf: string, { t, time }: Locale): string {
  const now = Date.parse(asOf), end = exhaustion(b, now);
  if (end === undefined) return t("spend.lasts");
  return end === now ? t("spend.gone") : t("spend.ends", { time: time(end) });
}
