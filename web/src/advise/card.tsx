import type { Client, Fact, Recommendation, Recommendations } from "@ballast/client";
import { useLocale, type Locale } from "../i18n";
import { Badge, Table, useIDs } from "../ui/parts";
import { useDecided } from "./decisions";
import { Feedback } from "./feedback";

/** A purchase that a sale takes from: what the request calls it, its day and how much of it goes. */
function Lot({ of: lot }: { of: Recommendation["trades"][number]["lots"][number] }) {
  const locale = useLocale();
  return <div class="lot">{lot.lot_id && `${lot.lot_id} · `}{locale.day(lot.acquired_on)}: {locale.number(lot.quantity, 18)}</div>;
}

/** One recommendation with its trades, its effect and what it rests on. */
export function Card(p: {
  client: Client; answer: Recommendations; item: Recommendation; reading: boolean; lit: ReadonlySet<string>; onPoint: (facts: readonly string[]) => void;
}) {
  const locale = useLocale();
  const { t } = locale;
  const idOf = useIDs();
  const r = p.item, currency = p.answer.analysis.base_currency;
  const earlier = (r.depends_on ?? []).join(", "), effect = idOf(`${r.id}-effect`);
  const missing = useDecided(p.answer.id, r.depends_on ?? [], "dismissed").join(", ");
  const dismissed = useDecided(p.answer.id, [r.id], "dismissed").length > 0;
  const accounts = r.trades.some((x) => x.account_id), lots = r.trades.some((x) => x.lots.length > 0);
  return (
    <article class={`card severity-${r.severity} ${dismissed ? "dismissed" : ""}`} aria-labelledby={idOf(r.id)}>
      <header>
        <span class="rank" aria-hidden="true">{r.priority}</span>
        <h3 id={idOf(r.id)}>{r.title}</h3>
        <Badge tone={r.severity}>{t(`severity.${r.severity}`)}</Badge>
      </header>
      <p class="rationale">{r.rationale}</p>
      {missing ? <p class="notice" role="status">{t("card.broken", { ids: missing })}</p> : earlier && <p class="note">{t("card.assumes", { ids: earlier })}</p>}
      {r.trades.length > 0 && (
        <Table caption={t("card.trades")} rows={r.trades} columns={[
          { head: t("card.side"), cell: (x) => <span class={`side ${x.side}`}>{t(`side.${x.side}`)}</span> },
          { head: t("field.ticker"), cell: (x) => <strong>{x.ticker}</strong> },
          ...(accounts ? [{ head: t("field.account_id"), cell: (x: (typeof r.trades)[number]) => x.account_id ?? "" }] : []),
          { head: t("field.quantity"), numeric: true, cell: (x) => locale.number(x.quantity, 18) },
          { head: t("card.amount"), numeric: true, cell: (x) => locale.money(x.amount, currency) },
          ...(lots ? [{ head: t("card.lots"), cell: (x: (typeof r.trades)[number]) => x.lots.map((l) => <Lot of={l} />) }] : []),
        ]} />
      )}
      {r.payments && (
        <Table caption={t("card.payments")} rows={r.payments} columns={[
          { head: t("card.debt"), cell: (x) => locale.name("value", x.type) },
          { head: t("field.account_id"), cell: (x) => x.account_id ?? "" },
          { head: t("card.amount"), numeric: true, cell: (x) => locale.money(x.amount, currency) },
        ]} />
      )}
      {r.impact.length > 0 && (
        <>
          <p class="note" id={effect}>{earlier ? t("card.impact_after", { ids: earlier }) : t("card.impact")}</p>
          <ul class="impact" aria-labelledby={effect}>
            {r.impact.map((i) => (
              <li onMouseEnter={() => p.onPoint([i.fact])} onMouseLeave={() => p.onPoint([])}>
                <span>{nameOf(p.answer, i.fact, locale)}</span>
                <b>{valueOf(p.answer, i.fact, i.before, locale)} → {valueOf(p.answer, i.fact, i.after, locale)}</b>
              </li>
            ))}
          </ul>
        </>
      )}
      <Evidence ids={r.evidence} onPoint={p.onPoint} lit={p.lit} facts={p.answer.analysis.facts} />
      {r.caveats.length > 0 && <ul class="caveats">{r.caveats.map((c) => <li>{c}</li>)}</ul>}
      <footer>
        <span class="note">{t("card.source")}: {t(`source.${r.source}`)} · {t("card.evidence_of", { id: r.id })}</span>
        {!p.reading && <Feedback client={p.client} id={p.answer.id} action={r.id} broken={missing !== ""} />}
      </footer>
    </article>
  );
}

/** References to facts, in words where these are given; pointing at one lights it wherever it is shown, choosing it goes there. */
export function Evidence(p: { ids: readonly string[]; lit?: ReadonlySet<string>; facts?: readonly Fact[]; onPoint: (facts: readonly string[]) => void }) {
  const { t } = useLocale();
  const idOf = useIDs();
  if (p.ids.length === 0) return null;
  const go = (id: string) => {
    p.onPoint([id]);
    document.getElementById(idOf(id))?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  return (
    <div class={`evidence ${p.facts ? "told" : ""}`}>
      <span>{t("card.evidence")}</span>
      {p.ids.map((id) => (
        <span class="reason">
          <button type="button" class={`chip ${p.lit?.has(id) ? "lit" : ""}`} aria-describedby={idOf(id)} onMouseEnter={() => p.onPoint([id])} onMouseLeave={() => p.onPoint([])}
            onFocus={() => p.onPoint([id])} onBlur={() => p.onPoint([])} onClick={() => go(id)}>{id}</button>
          {p.facts && <span aria-hidden="true">{p.facts.find((f) => f.id === id)?.text}</span>}
        </span>
      ))}
    </div>
  );
}

function nameOf(a: Recommendations, id: string, locale: Locale): string {
  const f = a.analysis.facts.find((x) => x.id === id);
  if (!f) return id;
  const subject = f.subject && f.code !== "top_n_weight" ? `: ${locale.name("class", f.subject)}` : "";
  return locale.name("fact", f.code) + subject;
}

function valueOf(a: Recommendations, id: string, value: string, locale: Locale): string {
  const f = a.analysis.facts.find((x) => x.id === id);
  switch (f?.unit) {
    case "ratio": return locale.percent(value);
    case "money": return locale.money(value, f.currency ?? a.analysis.base_currency, true);
    case "level": return locale.name("value", value);
    default: return locale.number(value, 1);
  }
}
