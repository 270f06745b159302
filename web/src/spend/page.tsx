import { useCallback, useEffect, useState } from "preact/hooks";

import { type AdminUsage, type Client, type Model, type UsageReport } from "@ballast/client";
import { useLocale } from "../i18n";
import { Badge, Panel, Table, Trouble } from "../ui/parts";
import { AllClients } from "./admin";
import { Budgets } from "./budgets";

/** What was spent, what may be, and on which models. */
export function SpendPage(p: { client: Client; models: readonly Model[] }) {
  const { t, time } = useLocale();
  const [usage, setUsage] = useState<UsageReport>();
  const [all, setAll] = useState<AdminUsage>();
  const [error, setError] = useState<unknown>();
  const read = useCallback(() => {
    setError(undefined);
    const show = (own: UsageReport) => {
      setUsage(own);
      if (own.role === "admin") p.client.adminUsage().then(setAll, setError); // others see their own
    };
    p.client.usage().then(show, setError);
  }, [p.client]);
  useEffect(read, [read]);
  return (
    <main id="spend" class="page">
      <header class="panel-head">
        <h1>{t("nav.spend")}</h1>
        {usage && <span class="note">{t("spend.of", { client: usage.client, time: time(usage.as_of) })} <button type="button" class="quiet" onClick={read}>{t("spend.again")}</button></span>}
      </header>
      {error !== undefined && <Trouble error={error} retry={read} />}
      <p role="status" class="note">{!usage && error === undefined && t("wait.reading")}</p>
      {usage && <section class="budgets" aria-labelledby="budgets"><h2 id="budgets">{t("spend.budgets")}</h2><Budgets budgets={usage.budgets} asOf={usage.as_of} /></section>}
      {all && <AllClients usage={all} />}
      {usage && <Limits usage={usage} />}
      <Models models={p.models} />
    </main>
  );
}

function Limits({ usage }: { usage: UsageReport }) {
  const { t, name, number } = useLocale();
  return (
    <Panel title={t("spend.limits")}>
      <Table caption={t("spend.limits")} hideCaption rows={usage.limits} columns={[
        { head: t("spend.name"), cell: (l) => name("limit", l.name) },
        { head: t("spend.quota"), numeric: true, cell: (l) => number(l.quota) },
        { head: t("spend.per"), numeric: true, cell: (l) => (l.window_s ? `${number(l.window_s)}\u00a0s` : "–") },
        { head: t("spend.left"), numeric: true, cell: (l) => number(l.remaining) },
      ]} />
    </Panel>
  );
}

/** The models with their prices, and a warning of those that end. */
function Models({ models }: { models: readonly Model[] }) {
  const { t, day, number } = useLocale();
  const price = (usd: string | undefined) => (usd === undefined ? "–" : number(usd, 9));
  const ending = models.filter((m) => m.in_use && m.lifecycle !== "active");
  return (
    <Panel title={t("spend.models")}>
      {ending.map((m) => <p class="notice" role="status"><strong>{m.name}: {t(`lifecycle.${m.lifecycle}`)}.</strong> {m.end_of_life_on && t(m.lifecycle === "end_of_life" ? "spend.ended_on" : "spend.ends_on", { date: day(m.end_of_life_on) })} {m.successor && t("spend.successor", { name: m.successor })}</p>)}
      <Table caption={t("spend.models")} hideCaption rows={models} columns={[
        { head: t("stage.model"), cell: (m) => <>{m.name}{m.in_use && <> <Badge tone="model">{t("spend.in_use")}</Badge></>}<br /><code>{m.id}</code></> },
        { head: t("chart.region"), cell: (m) => m.region },
        { head: t("spend.input"), numeric: true, cell: (m) => price(m.price?.input_usd_per_million_tokens) },
        { head: t("spend.output"), numeric: true, cell: (m) => price(m.price?.output_usd_per_million_tokens) },
        { head: t("spend.lifecycle"), cell: (m) => <Badge tone={m.lifecycle}>{t(`lifecycle.${m.lifecycle}`)}</Badge> },
        { head: t("spend.ends_head"), cell: (m) => (m.end_of_life_on ? day(m.end_of_life_on) : "–") },
      ]} />
    </Panel>
  );
}
