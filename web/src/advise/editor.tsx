import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { useLocale, type Locale, type Word } from "../i18n";
import { get, join, tokens, type Json } from "../pointer";
import { Segments } from "../ui/parts";
import { Choices, DraftContext, Field, sentence, titleOf, useDraft, type Draft } from "./field";

/** The request as a form or as its JSON, with what is wrong with it. */
export function Editor(p: { text: () => string; textError: string; onText: (text: string) => void }) {
  const { t } = useLocale();
  const [view, setView] = useState<"form" | "json">("form");
  return (
    <div class="editor">
      <Segments label={t("editor.view")} value={view} onChange={setView} options={[["form", t("editor.form")], ["json", "JSON"]]} />
      <FaultList onUnshown={() => setView("json")} />
      {p.textError && view === "form" && <p class="fault" role="status">{p.textError}</p>}
      {view === "form" ? <Form /> : <Source {...p} />}
    </div>
  );
}

/** How many faults are listed at once. */
const listedFaults = 8;

/** What the items of the lists are called that have no ticker or name. */
const itemNames: Record<string, Word> = { positions: "editor.position", cash: "editor.cash", income: "editor.income", liabilities: "editor.debts", fx_rates: "editor.fx" };

/** What is at fault, in words: the field, and the holding that it is of. */
function memberName(doc: Json, pointer: string, { t, name }: Locale): string {
  const field = tokens(pointer).filter((token) => !/^\d+$/.test(token)).at(-1) ?? "/";
  const [item, list, number] = /^\/portfolio\/(\w+)\/(\d+)(?=\/)/.exec(pointer) ?? [];
  if (!item) return name("field", field);
  const kind = itemNames[list!];
  return `${titleOf(doc, item) || `${kind ? t(kind) : name("field", list!)} ${Number(number) + 1}`}: ${name("field", field)}`;
}

/** The faults, and a way to their fields; the request as JSON has those that the form has none for. */
function FaultList(p: { onUnshown: () => void }) {
  const draft = useDraft();
  const locale = useLocale();
  const faults = [...draft.faults.values()];
  if (faults.length === 0) return null;
  const go = (pointer: string) => {
    const field = document.getElementsByName(pointer)[0];
    for (let e = field?.parentElement; e; e = e.parentElement) if (e instanceof HTMLDetailsElement) e.open = true;
    if (field) field.focus();
    else p.onUnshown();
  };
  return (
    <div class="fault-list" role="status">
      <p>{locale.t("editor.faults", { n: faults.length })}</p>
      <ul>
        {faults.slice(0, listedFaults).map((f) => (
          <li><button type="button" class="link" title={f.pointer} onClick={() => go(f.pointer)}>{memberName(draft.doc, f.pointer, locale)}</button> {sentence(f, locale)}</li>
        ))}
      </ul>
    </div>
  );
}

function Source(p: { text: () => string; textError: string; onText: (text: string) => void }) {
  const { t } = useLocale();
  return (
    <div class="field">
      <label for="source">{t("editor.source")}</label>
      <textarea id="source" class="source" spellcheck={false} autocomplete="off" rows={28} value={p.text()} aria-invalid={p.textError ? true : undefined}
        aria-describedby={p.textError ? "source-fault" : undefined} onInput={(e) => p.onText(e.currentTarget.value)} />
      {p.textError && <p class="fault" id="source-fault">{p.textError}</p>}
    </div>
  );
}

function Form() {
  const { t } = useLocale();
  return (
    <form class="form" onSubmit={(e) => e.preventDefault()}>
      <Group title={t("editor.holdings")} open>
        <div class="grid2"><Field at="/portfolio/as_of" /><Field at="/portfolio/base_currency" /></div>
        <Rows at="/portfolio/positions" add={t("editor.add_position")} fresh={{ instrument: { id: {} } }} item={(at) => <Position at={at} />} />
        <Rows at="/portfolio/cash" title={t("editor.cash")} add={t("editor.add_cash")} fresh={{}}
          item={(at) => <div class="grid2"><Field at={`${at}/currency`} /><Field at={`${at}/amount`} /></div>} />
      </Group>
      <Group title={t("editor.profile")} open><Profile /></Group>
      <Group title={t("editor.targets")}><Targets /></Group>
      <Group title={t("editor.household")}><Household /></Group>
      <Group title={t("editor.constraints")}>
        <div class="grid2"><Field at="/constraints/min_trade_amount" /><Field at="/constraints/max_turnover" /></div>
        <Field at="/constraints/whole_shares_only" class="check" />
        <Field at="/constraints/no_sell" /><Field at="/constraints/exclude_tickers" />
      </Group>
      <Group title={t("editor.options")}>
        <div class="grid2">
          <Field at="/options/audience" /><Field at="/options/language" /><Field at="/options/mode" /><Field at="/options/output" />
          <Field at="/options/max_recommendations" />
        </div>
      </Group>
    </form>
  );
}

function Group(p: { title: string; open?: boolean; children: preact.ComponentChildren }) {
  return <details class="group" open={p.open}><summary>{p.title}</summary><div class="group-body">{p.children}</div></details>;
}

/** How many items of a list have fields at first: a portfolio may have thousands, of twelve fields each. */
const rowsAtOnce = 100;

/** The items of a list, each with its fields, to be added and removed. */
function Rows(p: { at: string; title?: string; add: string; fresh: Json; item: (at: string) => preact.ComponentChildren }) {
  const draft = useDraft();
  const { t } = useLocale();
  const [most, setMost] = useState(rowsAtOnce);
  const items = (get(draft.doc, p.at) as Json[] | null | undefined) ?? [];
  const besides = useRef(new Set<number>()).current; // what has been shown stays, or it would go while it is typed in
  const shown = shownRows(items.length, most, besides, listed(p.at, draft.faults));
  const faults = rowFaults(p.at, draft.faults);
  const { list, goTo } = useFocusAfter(items.length);
  const add = () => {
    goTo(`[data-item="${items.length}"] input, [data-item="${items.length}"] select`);
    draft.change(p.at, [...items, p.fresh]);
  };
  const remove = (i: number) => {
    goTo(items.length > 1 ? `[data-item="${Math.min(i, items.length - 2)}"] > .remove` : ".add");
    draft.change(join(p.at, i), undefined);
  };
  return (
    <div class="rows" ref={list}>
      {p.title && <h3>{p.title}</h3>}
      {shown.map((i) => <Row key={i} at={join(p.at, i)} number={i} value={items[i]!} faults={faults.get(i) ?? ""} title={p.title ?? t("editor.position")} fields={p.item} onRemove={() => remove(i)} />)}
      {shown.length < items.length && (
        <button type="button" class="quiet more-rows" onClick={() => setMost(most + rowsAtOnce)}>
          {t("editor.show_more", { n: Math.min(rowsAtOnce, items.length - shown.length), all: items.length })}
        </button>
      )}
      <button type="button" class="quiet add" onClick={add}>+ {p.add}</button>
    </div>
  );
}

/** One item. Its fields are made anew when it or its faults have changed, and not for every key in another. */
function Row(p: { at: string; number: number; value: Json; faults: string; title: string; fields: (at: string) => preact.ComponentChildren; onRemove: () => void }) {
  const draft = useDraft();
  const { t } = useLocale();
  const mine = useMemo(() => draft, [p.value, p.faults, draft.contract]);
  const fields = useMemo(() => p.fields(p.at), [p.at]);
  const title = `${p.title} ${p.number + 1}`, named = titleOf(draft.doc, p.at);
  const removes = t("editor.remove", { name: named ? `${named} (${title})` : title });
  return (
    <div class="row-item" data-item={p.number} role="group" aria-label={title}>
      <DraftContext.Provider value={mine}>{fields}</DraftContext.Provider>
      <button type="button" class="remove" aria-label={removes} title={removes} onClick={p.onRemove}>×</button>
    </div>
  );
}

/** What is wrong with each item of a list, to be compared. */
function rowFaults(at: string, faults: Draft["faults"]): Map<number, string> {
  const rows = new Map<number, string>();
  for (const f of faults.values()) {
    if (!f.pointer.startsWith(`${at}/`)) continue;
    const item = Number(tokens(f.pointer.slice(at.length))[0]);
    rows.set(item, `${rows.get(item) ?? ""} ${f.pointer} ${f.code} ${f.detail} ${f.fromServer}`);
  }
  return rows;
}

/** Takes the focus to a part of a list once the list has become longer or shorter. */
function useFocusAfter(length: number) {
  const list = useRef<HTMLDivElement>(null);
  const next = useRef("");
  useLayoutEffect(() => {
    if (next.current) list.current?.querySelector<HTMLElement>(next.current)?.focus();
    next.current = "";
  }, [length]);
  return { list, goTo: (selector: string) => { next.current = selector; } };
}

/** The first items, the last one, which may be new, and those with a listed fault; adds what is not among the first to besides. */
function shownRows(length: number, most: number, besides: Set<number>, faulty: number[]): number[] {
  for (const i of [length - 1, ...faulty]) if (i >= most) besides.add(i);
  const first = Array.from({ length: Math.min(length, most) }, (_, i) => i);
  return [...first, ...[...besides].filter((i) => i >= most && i < length).sort((a, b) => a - b)];
}

/** The items of a list with a fault among those that are listed. */
function listed(at: string, faults: Draft["faults"]): number[] {
  const pointers = [...faults.keys()].slice(0, listedFaults);
  return pointers.filter((f) => f.startsWith(`${at}/`)).map((f) => Number(tokens(f.slice(at.length))[0]));
}

function Position({ at }: { at: string }) {
  const { t } = useLocale();
  const { doc } = useDraft();
  const name = get(doc, `${at}/instrument/name`);
  return (
    <>
      {name && <p class="held">{String(name)}</p>}
      <div class="grid-position">
        <Field at={`${at}/instrument/id/ticker`} /><Field at={`${at}/quantity`} /><Field at={`${at}/price`} /><Field at={`${at}/currency`} />
      </div>
      <details class="more">
        <summary>{t("editor.more")}<span class="visually-hidden">: {titleOf(doc, at) || `${t("editor.position")} ${Number(tokens(at).at(-1)) + 1}`}</span></summary>
        <div class="grid2">
          <Field at={`${at}/instrument/type`} /><Field at={`${at}/instrument/asset_class`} />
          <Field at={`${at}/price_as_of`} /><Field at={`${at}/cost_basis`} />
          <Field at={`${at}/instrument/expense_ratio`} /><Field at={`${at}/instrument/sector`} />
          <Field at={`${at}/instrument/country`} /><Field at={`${at}/instrument/id/isin`} />
          <Field at={`${at}/account_id`} />
        </div>
      </details>
    </>
  );
}

function Profile() {
  const at = "/investor_profile";
  return (
    <>
      <div class="grid2">
        <Field at={`${at}/age`} /><Field at={`${at}/time_horizon_years`} />
        <Field at={`${at}/risk_tolerance`} /><Field at={`${at}/risk_capacity`} />
        <Field at={`${at}/liquidity_needs`} /><Field at={`${at}/experience`} />
        <Field at={`${at}/emergency_fund_months`} /><span />
        <Field at={`${at}/tax/short_term_rate`} /><Field at={`${at}/tax/long_term_rate`} />
      </div>
      <Choices at={`${at}/objectives`} />
    </>
  );
}

function Targets() {
  const draft = useDraft();
  const locale = useLocale();
  const classes = draft.contract.at("/portfolio/positions/0/instrument/asset_class").enum ?? [];
  return (
    <>
      <p class="hint">{locale.t("editor.targets_hint")}</p>
      <div class="grid2">{classes.map((c) => <Field at={`/target_allocation/${c}`} label={locale.name("class", c)} />)}</div>
    </>
  );
}

function Household() {
  const { t } = useLocale();
  return (
    <>
      <Field at="/portfolio/monthly_expenses" />
      <Rows at="/portfolio/income" title={t("editor.income")} add={t("editor.add_income")} fresh={{}}
        item={(at) => <div class="grid2"><Field at={`${at}/type`} /><Field at={`${at}/monthly_amount`} /></div>} />
      <Rows at="/portfolio/liabilities" title={t("editor.debts")} add={t("editor.add_debt")} fresh={{}}
        item={(at) => <div class="grid2"><Field at={`${at}/type`} /><Field at={`${at}/balance`} /><Field at={`${at}/interest_rate`} /><Field at={`${at}/monthly_payment`} /></div>} />
      <Rows at="/portfolio/fx_rates" title={t("editor.fx")} add={t("editor.add_fx")} fresh={{}}
        item={(at) => <div class="grid3"><Field at={`${at}/from`} /><Field at={`${at}/to`} /><Field at={`${at}/rate`} /></div>} />
    </>
  );
}
