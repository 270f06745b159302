import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { Fault } from "@ballast/client";
import type { Contract } from "../contract";
import { set, type Json } from "../pointer";
import { keepDraft, keptDraft } from "../session";
import type { Draft, Shown } from "./field";

/** What stands in the editor: a document, and its text where that was written by hand. */
interface Content { doc: Json; written?: string; error: string }

/** The draft of a request: a document, its text, and its faults by pointer. */
export function useRequestDraft(contract: Contract | undefined, initial: Json) {
  const [content, setContent] = useState<Content>(() => contentOf(keptDraft(), initial));
  const { doc, written, error } = content;
  const [refused, setRefused] = useState<readonly Fault[]>([]);
  const text = () => written ?? JSON.stringify(doc, null, 2); // made when it is looked at: a portfolio may have thousands of holdings
  useKept(content, text);

  const load = (next: Json) => {
    setContent({ doc: next, error: "" });
    setRefused([]);
  };
  const write = (next: string) => {
    setContent((c) => contentOf(next, c.doc));
    setRefused([]);
  };
  const change = useCallback((pointer: string, value: Json | undefined) => {
    setContent((c) => ({ doc: set(c.doc, pointer, value), error: "" }));
    setRefused((r) => (r.some((f) => f.pointer === pointer) ? r.filter((f) => f.pointer !== pointer) : r));
  }, []);
  const faults = useMemo(() => {
    const all = new Map<string, Shown>();
    for (const f of contract?.check(doc) ?? []) if (!all.has(f.pointer)) all.set(f.pointer, { ...f, fromServer: false });
    for (const f of refused) all.set(f.pointer, { ...f, fromServer: true });
    return all;
  }, [contract, doc, refused]);
  const draft = useMemo((): Draft | undefined => contract && { doc, contract, faults, change }, [contract, doc, faults, change]);
  return { draft, doc, text, textError: error, load, write, refuse: setRefused };
}

/** The content for a text; a text that is no document leaves the one that there was. */
function contentOf(text: string | null, before: Json): Content {
  if (text === null) return { doc: before, error: "" };
  try {
    return { doc: JSON.parse(text) as Json, written: text, error: "" };
  } catch (e) {
    return { doc: before, written: text, error: e instanceof Error ? e.message : String(e) };
  }
}

/** How long the draft must have stood still before it is kept, in milliseconds: a portfolio of thousands takes a while to write. */
const still = 1000;

/** Keeps the draft as it is written, as a tab that crashes says nothing, and when the page is left, hidden or replaced by another key's. */
function useKept(content: object, text: () => string) {
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const timer = setTimeout(() => keepDraft(latest.current()), still);
    return () => clearTimeout(timer);
  }, [content]);
  useEffect(() => {
    const keep = () => keepDraft(latest.current());
    addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", keep);
    return () => {
      removeEventListener("pagehide", keep);
      document.removeEventListener("visibilitychange", keep);
      keep();
    };
  }, []);
}
