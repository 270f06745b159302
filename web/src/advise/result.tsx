import { useId, useMemo, useState } from "preact/hooks";

import type { Analysis, Client, Recommendation, Recommendations } from "@ballast/client";
import { Allocation, Concentration, Drift, Fees, Gains } from "../charts/portfolio";
import { useLocale } from "../i18n";
import { Badge, IDs, Panel, Stat, Trouble } from "../ui/parts";
import { Card } from "./card";
import { useDecided, useReadDecisions } from "./decisions";
import { Facts, Findings } from "./facts";
import { Question } from "./question";
import { PrintButton } from "./print";

type Plan = NonNullable<Analysis["plan"]>;

/** The analysis, and the recommendations as soon as there are any. Whoever only reads says nothing of them. */
export function Result(p: { client: Client; analysis: Analysis; answer?: Recommendations | undefined; waiting: boolean; reading?: boolean }) {
  const { t } = useLocale();
  const [pointed, setPointed] = useState<readonly string[]>([]);
  const lit = useMemo(() => new Set(pointed), [pointed]);
  const recommendations: readonly Recommendation[] = p.answer?.recommendations ?? [];
  const [undecided, readAgain] = useReadDecisions(p.reading ? "" : p.answer?.id ?? "");
  const changed = useDecided(p.answer?.id ?? "", recommendations.map((r) => r.id), "dismissed", "modified").join(", ");
  const charts = { analysis: p.analysis, lit };
  return (
    <IDs.Provider value={useId()}><div class="result">
      <Head {...p} />
      {p.answer?.degraded && <Degraded answer={p.answer} />}
      {p.answer && <p class="lead">{p.answer.summary}</p>}
      {(p.analysis.insufficient_profile?.length ?? 0) > 0 && <Insufficient missing={p.analysis.insufficient_profile!} />}
      {(p.analysis.excluded?.length ?? 0) > 0 && <Excluded holdings={p.analysis.excluded!} />}
      {changed && <p class="notice proposed">{t("plan.proposed", { ids: changed })}</p>}
      <Allocation {...charts} recommendations={recommendations} />
      <div class="advice">
        <div class="cards">
          <h2>{t("result.recommendations")}</h2>
          {!p.answer && p.waiting && <p class="pending">{t("result.pending")}</p>}
          {p.answer && recommendations.length === 0 && <p class="empty">{t("result.none")}</p>}
          {undecided !== undefined && <Trouble error={undecided} retry={readAgain} />}
          {recommendations.map((r) => <Card key={r.id} client={p.client} answer={p.answer!} item={r} reading={p.reading ?? false} onPoint={setPointed} lit={lit} />)}
          {p.answer && !!p.analysis.actions_left_out && <p class="notice left-out">{t("result.left_out", { n: p.analysis.actions_left_out })}</p>}
          {p.analysis.plan && recommendations.length > 1 && recommendations.length === p.analysis.actions.length && <PlanPanel plan={p.analysis.plan} changed={changed} currency={p.analysis.base_currency} />}
          {p.answer && !p.reading && <Question key={p.answer.id} client={p.client} answer={p.answer} onPoint={setPointed} />}
        </div>
        <div class="facts-side">
          <Findings analysis={p.analysis} onPoint={setPointed} />
          <Facts analysis={p.analysis} lit={lit} />
        </div>
      </div>
      <div class="charts of-portfolio"><Drift {...charts} /><Concentration {...charts} /><Gains {...charts} /><Fees {...charts} /></div>
      {p.answer && (
        <Panel title={t("result.disclosures")} class="disclosures" aside={<a class="note" href={`#/records/${p.answer.id}`}>{t("result.record")} <code>{p.answer.id}</code></a>}><ul>{p.answer.disclosures.map((d) => <li>{d}</li>)}</ul></Panel>
      )}
    </div></IDs.Provider>
  );
}

function Head(p: { client: Client; analysis: Analysis; answer?: Recommendations | undefined }) {
  const locale = useLocale();
  const { t } = locale;
  const a = p.analysis, usage = p.answer?.usage;
  return (
    <header class="result-head">
      <dl>
        <Stat class="total" name={t("result.total", { date: locale.day(a.as_of) })} value={locale.money(a.total_value, a.base_currency, true)} />
        {a.effective_risk_level && <Stat name={t("result.level")} value={locale.name("value", a.effective_risk_level)} />}
        {p.answer && <Stat name={t("result.source")} value={<Badge tone={p.answer.source}>{t(`source.${p.answer.source}`)}</Badge>} />}
        {usage && (
          <Stat name={t("result.cost")} value={locale.usd(usage.cost_usd)}
            note={usage.cached ? t("result.cached") : t("result.tokens", { input: locale.number(usage.input_tokens), output: locale.number(usage.output_tokens) })} />
        )}
      </dl>
      {p.answer && <PrintButton client={p.client} id={p.answer.id} />}
    </header>
  );
}

/** Says in words why the model's are missing. */
function Degraded({ answer }: { answer: Recommendations }) {
  const { t, name, until } = useLocale();
  const d = answer.degraded!;
  return (
    <div class="notice degraded" role="status">
      <strong>{name("reason", d.reason)}</strong> {t("result.degraded")}
      {d.retry_after_s !== null && ` ${t("trouble.retry_after", { when: until(d.retry_after_s) })}`}
    </div>
  );
}

/** What taking every action as proposed comes to: what moves, and the gain that may be taxed. */
function PlanPanel({ plan, changed, currency }: { plan: Plan; changed: string; currency: string }) {
  const { t, money, percent } = useLocale();
  return (
    <Panel title={t("plan.title")} class="plan" level={3}>
      <div role="status">{changed && <p class="notice">{t("plan.proposed", { ids: changed })}</p>}</div>
      <dl class="totals">
        <Stat name={t("plan.sold")} value={money(plan.sold, currency)} />
        <Stat name={t("plan.bought")} value={money(plan.bought, currency)} />
        <Stat name={t("plan.turnover")} value={percent(plan.turnover)} />
        <Stat name={t("plan.gain")} value={money(plan.realised_gain, currency)} />
      </dl>
      <p class="note">{t("plan.note")}</p>
    </Panel>
  );
}

/** Holdings that the total is without. */
function Excluded({ holdings }: { holdings: NonNullable<Analysis["excluded"]> }) {
  const { t } = useLocale();
  return <div class="notice excluded" role="status"><strong>{t("result.excluded")}</strong> {holdings.map((h) => (h.subject ? `${h.subject} (${h.currency})` : `${t("editor.cash")} ${h.currency}`)).join(", ")}</div>;
}

function Insufficient({ missing }: { missing: readonly string[] }) {
  const { t, name } = useLocale();
  return <div class="notice" role="status"><strong>{t("result.insufficient")}</strong> {missing.map((m) => name("field", m)).join(", ")}</div>;
}
