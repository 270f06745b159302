import { useEffect, useMemo, useState } from "preact/hooks";

import type { Fault } from "@ballast/client";
import type { Contract } from "../contract";
import { set, type Json } from "../pointer";
import { keepDraft, keptDraft } from "../session";
import type { Draft, Shown } from "./field";

/** The draft of a request: a document, its text, and its faults by pointer. */
export function useRequestDraft(contract: Contract | undefined, initial: Json) {
  const [text, setText] = useState(() => keptDraft() ?? JSON.stringify(initial, null, 2));
  const [doc, setDoc] = useState<Json>(() => parsed(text) ?? initial);
  const [textError, setTextError] = useState("");
  const [refused, setRefused] = useState<readonly Fault[]>([]);

  useEffect(() => keepDraft(text), [text]);
  const load = (next: Json) => {
    setDoc(next);
    setText(JSON.stringify(next, null, 2));
    setTextError("");
    setRefused([]);
  };
  const write = (next: string) => {
    setText(next);
    try {
      setDoc(JSON.parse(next) as Json);
      setTextError("");
    } catch (e) {
      setTextError(e instanceof Error ? e.message : String(e));
    }
    setRefused([]);
  };
  const change = (pointer: string, value: Json | undefined) => {
    load(set(doc, pointer, value));
    setRefused(refused.filter((f) => f.pointer !== pointer));
  };
  const faults = useMemo(() => {
    const all = new Map<string, Shown>();
    for (const f of contract?.check(doc) ?? []) if (!all.has(f.pointer)) all.set(f.pointer, { ...f, fromServer: false });
    for (const f of refused) all.set(f.pointer, { ...f, fromServer: true });
    return all;
  }, [contract, doc, refused]);
  const draft: Draft | undefined = contract && { doc, contract, faults, change };
  return { draft, doc, text, textError, load, write, refuse: setRefused };
}

/** The document of a text; undefined when it is none. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
