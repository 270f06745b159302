import { createContext, type ComponentChildren, type Ref } from "preact";
import { useContext, useId } from "preact/hooks";

import { BallastError } from "@ballast/client";
import { useLocale } from "../i18n";

/** What stands before the ids of one answer's parts: two answers may be in the document. */
export const IDs = createContext("");
export const useIDs = () => {
  const prefix = useContext(IDs);
  return (name: string) => `${prefix}-${name}`;
};

/** A section with a heading and, at its right, what can be done with it. */
export function Panel(p: { title: string; aside?: ComponentChildren; children: ComponentChildren; class?: string; level?: 2 | 3 }) {
  const id = useId();
  const Heading = p.level === 3 ? "h3" : "h2";
  return (
    <section class={`panel ${p.class ?? ""}`} aria-labelledby={id}>
      <header class="panel-head">
        <Heading id={id}>{p.title}</Heading>
        {p.aside}
      </header>
      {p.children}
    </section>
  );
}

/** A button that does nothing while it waits, and keeps the focus: a disabled one loses it, and the keyboard its place. */
export function Busy(p: { waits: boolean; class?: string; at?: Ref<HTMLButtonElement>; onClick: () => void; children: ComponentChildren }) {
  return <button type="button" ref={p.at ?? null} class={p.class} aria-disabled={p.waits} onClick={() => { if (!p.waits) p.onClick(); }}>{p.children}</button>;
}

/** One figure with its name. */
export function Stat(p: { name: string; value: ComponentChildren; note?: ComponentChildren; class?: string }) {
  return (
    <div class={`stat ${p.class ?? ""}`}>
      <dt>{p.name}</dt>
      <dd>{p.value}{p.note && <span class="note">{p.note}</span>}</dd>
    </div>
  );
}

export function Badge(p: { tone: string; children: ComponentChildren }) {
  return <span class={`badge tone-${p.tone}`}>{p.children}</span>;
}

export interface Column<T> {
  head: string;
  cell: (row: T) => ComponentChildren;
  numeric?: boolean;
}

/** How many columns a narrow page shows side by side; rows of more are stacked there, each figure after its head. */
const sideBySide = 3;

/** A table. The roles are said, as what is stacked by its style is no table to a browser any more. */
export function Table<T>(p: { caption: string; columns: Column<T>[]; rows: readonly T[]; hideCaption?: boolean }) {
  const kind = (c: Column<T>) => (c.numeric ? "number" : undefined);
  return (
    <div class={`table-scroll ${p.columns.length > sideBySide ? "stacked" : ""}`} tabIndex={0} role="group" aria-label={p.caption}>
      <table role="table">
        <caption class={p.hideCaption ? "visually-hidden" : undefined}>{p.caption}</caption>
        <thead role="rowgroup"><tr role="row">{p.columns.map((c) => <th scope="col" role="columnheader" class={kind(c)}>{c.head}</th>)}</tr></thead>
        <tbody role="rowgroup">{p.rows.map((row) => <tr role="row">{p.columns.map((c, i) => <Cell first={i === 0} class={kind(c)} head={c.head}>{c.cell(row)}</Cell>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

function Cell(p: { first: boolean; class: string | undefined; head: string; children: ComponentChildren }) {
  const inside = <div class="cell">{p.children}</div>;
  return p.first
    ? <th scope="row" role="rowheader" class={p.class} data-head={p.head}>{inside}</th>
    : <td role="cell" class={p.class} data-head={p.head}>{inside}</td>;
}

/** Asks for another key in the place of one that the server has stopped accepting. */
export const AnotherKey = createContext<(() => void) | undefined>(undefined);

/** Why something was refused or did not come, and what can be done. */
export function Trouble(p: { error: unknown; retry?: (() => void) | undefined; children?: ComponentChildren }) {
  const { t, said, until } = useLocale();
  const askKey = useContext(AnotherKey);
  const e = p.error, refused = e instanceof BallastError && e.status === 401;
  const title = e instanceof BallastError ? said(["problem"], e.code, e.problem.title) : t("trouble.unreachable");
  const told = e instanceof BallastError && (e.faults.length > 0 || title !== e.problem.title); // faults stand at their fields
  const detail = e instanceof BallastError ? !told && e.problem.detail : t("trouble.kept");
  return (
    <div class="trouble" role="alert">
      <p class="trouble-title">{title}</p>
      {detail && <p>{detail}</p>}
      {p.children}
      <p class="trouble-foot">
        {e instanceof BallastError && <><code>{e.code}</code>{e.problem.request_id && <span> · {e.problem.request_id}</span>}</>}
        {e instanceof BallastError && e.retryAfter !== undefined && <span> · {t("trouble.retry_after", { when: until(e.retryAfter) })}</span>}
        {refused && askKey && <button type="button" onClick={askKey}>{t("trouble.key")}</button>}
        {p.retry && !refused && <button type="button" onClick={p.retry}>{t("trouble.again")}</button>}
      </p>
    </div>
  );
}

/** A choice of one among few, as a row of radio buttons. */
export function Segments<T extends string>(p: { label: string; value: T; options: readonly [T, string][]; onChange: (v: T) => void }) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{p.label}</legend>
      {p.options.map(([value, text]) => (
        <label class={value === p.value ? "on" : undefined}>
          <input type="radio" name={name} value={value} checked={value === p.value} onChange={() => p.onChange(value)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
