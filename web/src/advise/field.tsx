import { createContext } from "preact";
import { useContext, useId } from "preact/hooks";

import type { Contract, Schema } from "../contract";
import { useLocale, type Locale } from "../i18n";
import { get, tokens, type Json } from "../pointer";

/** A fault as it is shown: the contract's own or the server's. */
export interface Shown { pointer: string; code: string; detail: string; fromServer: boolean }

/** The request that is being edited, what the contract says of it, and what is wrong with it. */
export interface Draft {
  doc: Json;
  contract: Contract;
  faults: ReadonlyMap<string, Shown>;
  change: (pointer: string, value: Json | undefined) => void;
}

export const DraftContext = createContext<Draft | null>(null);
export const useDraft = (): Draft => useContext(DraftContext)!;

/** What a holding or account is called: its ticker, name or id; "" when it has none yet. */
export function titleOf(doc: Json | undefined, at: string): string {
  const named = ["/instrument/id/ticker", "/instrument/name", "/account_id"].map((name) => get(doc, at + name)).find(Boolean);
  return named ? String(named) : "";
}

/** The member at a pointer as a form field; the contract says of which kind. */
export function Field(p: { at: string; label?: string; class?: string }) {
  const draft = useDraft();
  const locale = useLocale();
  const id = useId();
  const schema = draft.contract.at(p.at);
  const fault = draft.faults.get(p.at);
  const label = p.label ?? locale.name("field", tokens(p.at).at(-1)!);
  const common = {
    id, name: p.at, title: schema.description, "aria-invalid": fault ? true : undefined, "aria-describedby": fault ? `${id}-fault` : undefined,
  };
  return (
    <div class={`field ${p.class ?? ""} ${fault ? "faulty" : ""}`}>
      <label for={id}>{label}</label>
      <Control schema={schema} value={get(draft.doc, p.at)} common={common} onChange={(v) => draft.change(p.at, v)} />
      {fault && <p class="fault" id={`${id}-fault`}>{sentence(fault, locale)}</p>}
    </div>
  );
}

interface ControlProps {
  schema: Schema;
  value: Json | undefined;
  common: Record<string, unknown>;
  onChange: (v: Json | undefined) => void;
}

function Control(p: ControlProps) {
  const locale = useLocale();
  const { schema, value } = p;
  const types = [schema.type].flat();
  if (schema.enum) {
    return (
      <select {...p.common} value={String(value ?? "")} onChange={(e) => p.onChange(e.currentTarget.value || undefined)}>
        <option value="">–</option>
        {schema.enum.map((v) => <option value={v}>{locale.name("value", v)}</option>)}
      </select>
    );
  }
  if (types.includes("boolean")) {
    return <input {...p.common} type="checkbox" checked={value !== false} onChange={(e) => p.onChange(e.currentTarget.checked)} />;
  }
  if (types.includes("array")) {
    return <input {...p.common} value={(value as Json[] | undefined)?.join(", ") ?? ""} autocomplete="off" spellcheck={false}
      onChange={(e) => p.onChange(list(e.currentTarget.value))} />;
  }
  const integer = types.includes("integer"), decimal = types.includes("number");
  return (
    <input {...p.common} class={integer || decimal ? "number" : undefined} value={value === undefined || value === null ? "" : String(value)}
      inputMode={integer ? "numeric" : decimal ? "decimal" : undefined} autocomplete="off" spellcheck={false}
      onInput={(e) => p.onChange(read(e.currentTarget.value, integer))} />
  );
}

/** What was typed; what cannot be a number stays text, for the contract to refuse. */
function read(text: string, integer: boolean): Json | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return integer && /^-?[0-9]{1,15}$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function list(text: string): Json | undefined {
  const parts = text.split(/[,\s]+/).filter(Boolean);
  return parts.length === 0 ? undefined : parts;
}

export function sentence(f: Shown, locale: Locale): string {
  return f.fromServer ? locale.said(["said"], f.code, f.detail) : locale.t(`fault.${f.code}` as "fault.required", { detail: f.detail });
}

/** Several of an enumeration, as check boxes. */
export function Choices(p: { at: string }) {
  const draft = useDraft();
  const locale = useLocale();
  const chosen = (get(draft.doc, p.at) as string[] | null | undefined) ?? [];
  const toggle = (v: string, on: boolean) => draft.change(p.at, on ? [...chosen, v] : chosen.filter((c) => c !== v));
  return (
    <fieldset class="choices">
      <legend>{locale.name("field", tokens(p.at).at(-1)!)}</legend>
      {(draft.contract.at(`${p.at}/0`).enum ?? []).map((v) => (
        <label><input type="checkbox" checked={chosen.includes(v)} onChange={(e) => toggle(v, e.currentTarget.checked)} />{locale.name("value", v)}</label>
      ))}
    </fieldset>
  );
}
