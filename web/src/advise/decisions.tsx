import { createContext, type ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";

import type { Client, GivenFeedback as Given } from "@ballast/client";

/** What was said of the actions of answers, the newest first, and how more of it is learnt. */
interface Decisions {
  of: (id: string) => readonly Given[];
  tell: (given: Given) => void;
  read: (id: string) => Promise<void>;
}

const Context = createContext<Decisions>({ of: () => [], tell: () => {}, read: async () => {} });

/** Keeps what was decided, for every page alike: one answer may be shown on two. */
export function DecisionsProvider({ client, children }: { client: Client; children: ComponentChildren }) {
  const [known, setKnown] = useState<Readonly<Record<string, readonly Given[]>>>({});
  const learn = useCallback((id: string, got: readonly Given[]) => setKnown((k) => {
    const learnt = new Set(got.map((g) => g.id)); // what was told while it was read may not be in it
    return { ...k, [id]: [...(k[id] ?? []).filter((g) => !learnt.has(g.id)), ...got] };
  }), []);
  const decisions = useMemo((): Decisions => ({
    of: (id) => known[id] ?? [],
    tell: (given) => setKnown((k) => ({ ...k, [given.recommendation_id]: [given, ...(k[given.recommendation_id] ?? [])] })),
    read: async (id) => learn(id, await all(client, id)),
  }), [client, known, learn]);
  return <Context.Provider value={decisions}>{children}</Context.Provider>;
}

async function all(client: Client, id: string): Promise<Given[]> {
  const found: Given[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page = await client.givenFeedback(id, { limit: 200, ...(cursor && { cursor }) });
    found.push(...page.feedback);
    cursor = page.next;
  }
  return found;
}

/** What holds of an action: the last that was said of it or of all actions together. */
const holds = (given: readonly Given[], action: string) => given.find((g) => g.action === null || g.action === action);

/** The decision on one action, and how a new one is told. */
export function useDecision(id: string, action: string) {
  const { of, tell } = useContext(Context);
  return [holds(of(id), action), tell] as const;
}

/** Those of the actions of which one of the outcomes holds. */
export function useDecided(id: string, actions: readonly string[], ...outcomes: readonly Given["outcome"][]): readonly string[] {
  const given = useContext(Context).of(id);
  return actions.filter((a) => outcomes.some((o) => holds(given, a)?.outcome === o));
}

/** Reads what was decided of an answer; gives why it could not and how to try again. "" is none. */
export function useReadDecisions(id: string) {
  const { read } = useContext(Context);
  const [error, setError] = useState<unknown>();
  const again = () => {
    setError(undefined);
    if (id) read(id).catch(setError);
  };
  useEffect(again, [id]);
  return [error, again] as const;
}
