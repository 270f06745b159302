import type { AdminUsage } from "@ballast/client";
import { useLocale } from "../i18n";
import { Badge, Panel, Stat, Table } from "../ui/parts";
import { exhaustion } from "./budgets";
import { Timeline } from "./timeline";

/** What all clients spend, for admins. */
export function AllClients({ usage }: { usage: AdminUsage }) {
  const { t, number, usd } = useLocale();
  const all = usage.totals;
  return (
    <>
      <Panel title={t("spend.all")}>
        <dl class="totals">
          <Stat name={t("spend.cost")} value={usd(all.cost_usd)} />
          <Stat name={t("spend.saved")} value={usd(all.saved_usd)} />
          <Stat name={t("spend.answers")} value={number(all.answers)} />
          <Stat name={t("spend.tokens_in")} value={number(all.input_tokens)} />
          <Stat name={t("spend.tokens_out")} value={number(all.output_tokens)} />
        </dl>
        <ClientBudgets usage={usage} />
      </Panel>
      <Timeline usage={usage} />
      <div class="columns">
        <Outcomes usage={usage} />
        <Hits usage={usage} />
      </div>
    </>
  );
}

function ClientBudgets({ usage }: { usage: AdminUsage }) {
  const { t, time, number } = useLocale();
  const exact = (usd: string) => number(usd, 9);
  const now = Date.parse(usage.as_of);
  const ends = (end: number | undefined) => (end === undefined ? "–" : end === now ? t("spend.gone") : time(end));
  return (
    <Table caption={t("spend.budgets")} rows={usage.budgets} columns={[
      { head: t("records.client"), cell: (b) => b.client ?? t("spend.shared") },
      { head: t("spend.window"), cell: (b) => t(`spend.${b.budget.window}`) },
      { head: t("spend.spent"), numeric: true, cell: (b) => exact(b.budget.spent_usd) },
      { head: t("spend.reserved"), numeric: true, cell: (b) => exact(b.budget.reserved_usd) },
      { head: t("spend.left"), numeric: true, cell: (b) => b.budget.remaining_usd === null ? "–" : exact(b.budget.remaining_usd) },
      { head: t("spend.limit"), numeric: true, cell: (b) => b.budget.limit_usd === null ? t("spend.unlimited") : exact(b.budget.limit_usd) },
      { head: t("spend.exhausted"), cell: (b) => ends(exhaustion(b.budget, now)) },
    ]} />
  );
}

function Outcomes({ usage }: { usage: AdminUsage }) {
  const { t, name, number } = useLocale();
  return (
    <Panel title={t("spend.outcomes")}>
      {usage.outcomes.length === 0 ? <p class="empty">{t("chart.empty")}</p> : (
        <Table caption={t("spend.outcomes")} hideCaption rows={usage.outcomes} columns={[
          { head: t("records.client"), cell: (o) => o.client },
          { head: t("result.source"), cell: (o) => <Badge tone={o.source}>{t(`source.${o.source}`)}</Badge> },
          { head: t("records.reason"), cell: (o) => (o.degraded ? name("reason", o.degraded) : "–") },
          { head: t("spend.count"), numeric: true, cell: (o) => number(o.count) },
        ]} />
      )}
    </Panel>
  );
}

function Hits({ usage }: { usage: AdminUsage }) {
  const { t, time, name, number } = useLocale();
  const { since, limits } = usage.limits_hit;
  return (
    <Panel title={t("spend.hits", { time: time(since) })}>
      {limits.length === 0 ? <p class="empty">{t("spend.no_hits")}</p> : (
        <Table caption={t("spend.limits")} hideCaption rows={limits} columns={[
          { head: t("records.client"), cell: (h) => h.client },
          { head: t("spend.name"), cell: (h) => name("limit", h.limit) },
          { head: t("spend.count"), numeric: true, cell: (h) => number(h.count) },
        ]} />
      )}
    </Panel>
  );
}
