import { useContext, useRef, useState } from "preact/hooks";

import { BallastError, type Client, type Import, type ImportFormat } from "@ballast/client";
import type { Schema } from "../contract";
import { useLocale } from "../i18n";
import { get, type Json } from "../pointer";
import { Trouble } from "../ui/parts";
import { DraftContext, Field, titleOf } from "./field";

import concentrated from "../../../examples/concentrated-founder.json";
import household from "../../../examples/household-with-debts.json";
import european from "../../../examples/multi-currency-european.json";
import classic from "../../../examples/p0.json";
import retiree from "../../../examples/retiree.json";
import saver from "../../../examples/young-saver.json";

export const examples = { classic, concentrated, household, european, retiree, saver } as unknown as Record<ExampleName, Json>;
export const exampleNames = Object.keys(examples) as ExampleName[];
export type ExampleName = "classic" | "concentrated" | "household" | "european" | "retiree" | "saver";

/** The formats of the API by the names of those who write them. */
const formats: Record<Exclude<ImportFormat, "auto">, string> = {
  plaid: "Plaid", snaptrade: "SnapTrade", alpaca: "Alpaca", fdc3: "FDC3", ghostfolio: "Ghostfolio", ofx: "OFX", qfx: "QFX (Quicken)",
  schwab: "Charles Schwab (CSV)", fidelity: "Fidelity (CSV)", vanguard: "Vanguard (CSV)", ibkr: "Interactive Brokers (CSV)",
};

/** Where a portfolio comes from: an example, a request as JSON, or a broker's file through the API's imports. */
export function Start(p: { client: Client; loads: { current: number }; onLoad: (doc: Json) => void; onText: (text: string) => void }) {
  const { t } = useLocale();
  const [format, setFormat] = useState<ImportFormat>("auto");
  const [result, setResult] = useState<Import>();
  const [error, setError] = useState<unknown>();
  const [unknown, setUnknown] = useState(false);
  const [reading, setReading] = useState(false);
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);

  const forget = (): number => {
    setReading(false);
    setError(undefined);
    setUnknown(false);
    setResult(undefined);
    return ++p.loads.current;
  };
  // Files go as their bytes: the server knows how brokers and spreadsheets write text.
  const take = async (given: string | Blob) => {
    const mine = forget();
    const text = typeof given === "string" ? given : await given.text();
    if (text.trim() === "" || p.loads.current !== mine) return;
    if (format === "auto" && isRequest(text)) return p.onText(text);
    setReading(true);
    try {
      const got = await p.client.importPortfolio(format, given);
      if (p.loads.current !== mine) return;
      setResult(got);
      p.onLoad({ portfolio: got.portfolio as unknown as Json });
    } catch (e) {
      if (p.loads.current !== mine) return;
      if (format === "auto" && e instanceof BallastError && e.faults.some((f) => f.code === "wrong_format")) setUnknown(true);
      else setError(e);
    }
    setReading(false);
  };
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    const dropped = e.dataTransfer?.files[0];
    if (dropped) void take(dropped);
    else void take(e.dataTransfer?.getData("text/plain") ?? "");
  };

  return (
    <div class="start">
      <div class="grid2">
        <div class="field">
          <label for="example">{t("start.example")}</label>
          <select id="example" value="" onChange={(e) => { forget(); p.onLoad(examples[e.currentTarget.value as ExampleName]); e.currentTarget.value = ""; }}>
            <option value="" disabled>{t("start.choose")}</option>
            {exampleNames.map((n) => <option value={n}>{t(`example.${n}`)}</option>)}
          </select>
        </div>
        <div class="field">
          <label for="format">{t("start.format")}</label>
          <select id="format" value={format} onChange={(e) => setFormat(e.currentTarget.value as ImportFormat)}>
            <option value="auto">{t("start.detect")}</option>
            {Object.entries(formats).map(([f, name]) => <option value={f}>{name}</option>)}
          </select>
        </div>
      </div>
      <div class={`drop ${over ? "over" : ""}`} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <label for="paste">{t("start.paste")}</label>
        <textarea id="paste" rows={2} spellcheck={false} placeholder={t("start.placeholder")}
          onPaste={(e) => { e.preventDefault(); void take(e.clipboardData?.getData("text/plain") ?? ""); }}
          onChange={(e) => { void take(e.currentTarget.value); e.currentTarget.value = ""; }} />
        <button type="button" class="quiet" onClick={() => file.current?.click()}>{t("start.file")}</button>
        <input ref={file} type="file" hidden
          onChange={(e) => { const chosen = e.currentTarget.files?.[0]; if (chosen) void take(chosen); e.currentTarget.value = ""; }} />
      </div>
      <p role="status" class="note">{reading && t("wait.reading")}</p>
      {unknown && <p class="fault" role="alert">{t("start.unknown")}</p>}
      {error !== undefined && <Trouble error={error} />}
      {result && <Imported result={result} />}
    </div>
  );
}

/** What an import could not take over, and fields for what it asks. */
function Imported({ result }: { result: Import }) {
  const { t, said } = useLocale();
  const draft = useContext(DraftContext);
  const positions = get(draft?.doc, "/portfolio/positions") as Json[] | undefined;
  // Once a position is removed or added the questions would point at others.
  const asked = positions?.length === result.portfolio.positions.length ? result.missing : [];
  return (
    <div class="imported">
      <p role="status"><strong>{t("start.imported", { n: result.portfolio.positions.length, format: formats[result.format as keyof typeof formats] ?? result.format })}</strong></p>
      {result.unmapped.length > 0 && (
        <details><summary>{t("start.unmapped", { n: result.unmapped.length })}</summary>
          <ul>{result.unmapped.map((u) => <li><code>{u.at}</code> {said(["left"], u.code, u.detail)}</li>)}</ul>
        </details>
      )}
      {asked.length > 0 && (
        <details open><summary>{t("start.missing", { n: asked.length })}</summary>
          <ul class="questions">
            {asked.slice(0, 30).map((m) => (
              <li key={m.pointer}><p><strong>{subject(draft?.doc, m.pointer)}</strong> {m.at && <code>{m.at}</code>} {said(["asks", "said"], m.code, m.detail)}</p>{draft && answerable(draft.contract.at(m.pointer)) && <Field at={m.pointer} />}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Whether one field answers; cash and identifiers are entered with their holding in the form. */
function answerable(schema: Schema): boolean {
  return [schema.type].flat().every((type) => type !== "array" && type !== "object");
}

/** What a question is about: the holding's ticker or name, or the account. */
function subject(doc: Json | undefined, pointer: string): string {
  const [, item] = /^(\/portfolio\/(?:positions|accounts)\/\d+)\//.exec(pointer) ?? [];
  return String((item && titleOf(doc, item)) || pointer.split("/").slice(2, 4).join(" "));
}

/** Whether a text is a request of the API and not a file of somebody else's. */
function isRequest(text: string): boolean {
  return /^\s*\{/.test(text) && /"portfolio"\s*:/.test(text);
}
