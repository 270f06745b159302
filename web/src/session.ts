import type { Language } from "./i18n";
import type { Json } from "./pointer";

const slot = "ballast-key";
const draftSlot = "ballast-draft";
const answerSlot = "ballast-answer";
const askedSlot = "ballast-asked";
const batchesSlot = "ballast-batches";

/**
 * The API key of this tab. It comes from the page's form or, once, from the fragment `#key=…`, which browsers do not
 * send; it is taken out of the address bar at once. sessionStorage ends with the tab.
 */
export function takeKey(): string {
  return givenKey() || (sessionStorage.getItem(slot) ?? "");
}

/** The key of the fragment alone; "" when there is none. */
export function givenKey(): string {
  const given = /^#key=([A-Za-z0-9._~-]+)$/.exec(location.hash)?.[1];
  if (!given) return "";
  history.replaceState(null, "", location.pathname);
  keepKey(given);
  return given;
}

export function keepKey(key: string): void {
  sessionStorage.setItem(slot, key);
}

/** Takes the key out of the tab, and everything of portfolios and answers with it. */
export function forgetKey(): void {
  for (const s of [slot, draftSlot, answerSlot, askedSlot, batchesSlot]) sessionStorage.removeItem(s);
}

/** The request that is being edited in this tab, so that a new key or a reload loses nothing. */
export function keptDraft(): string | null {
  return sessionStorage.getItem(draftSlot);
}

/** Keeps the draft for as long as there is a key: who leaves leaves nothing behind. */
export function keepDraft(text: string): void {
  keep(draftSlot, text);
}

function keep(name: string, text: string): void {
  if (sessionStorage.getItem(slot) === null) return;
  try {
    sessionStorage.setItem(name, text);
  } catch {
    sessionStorage.removeItem(name); // it is larger than a browser keeps
  }
}

function kept<T>(name: string): T | undefined {
  const text = sessionStorage.getItem(name);
  return text === null ? undefined : (JSON.parse(text) as T);
}

/** A request that is being answered: what it was made of and when, and the key by which a reload asks for the same answer. */
export interface Asked { key: string; at: number; doc: Json; language: Language }

/** No request takes an hour, and after a day the server would take the same key for a new one. */
const askedFor = 3_600_000;

export function keptAsked(): Asked | undefined {
  const asked = kept<Asked>(askedSlot);
  return asked && Date.now() - asked.at < askedFor ? asked : undefined;
}

export function keepAsked(asked: Asked | undefined): void {
  if (asked) keep(askedSlot, JSON.stringify(asked));
  else sessionStorage.removeItem(askedSlot);
}

/** The jobs that were made or opened in this tab, the newest first. */
export const keptBatches = (): string[] => kept<string[]>(batchesSlot) ?? [];

export function keepBatch(id: string): void {
  keep(batchesSlot, JSON.stringify([id, ...keptBatches().filter((other) => other !== id)]));
}

/** The answer that was shown, to be read anew, and whether it was of another portfolio than the draft. */
export interface KeptAnswer { id: string; outdated: boolean }

export const keptAnswer = (): KeptAnswer | undefined => kept<KeptAnswer>(answerSlot);

export function keepAnswer(answer: KeptAnswer | undefined): void {
  if (answer) sessionStorage.setItem(answerSlot, JSON.stringify(answer));
  else sessionStorage.removeItem(answerSlot);
}

/** A choice of the reader's for this tab, such as the language. */
export function choice(name: string): string | null {
  return sessionStorage.getItem(`ballast-${name}`);
}

export function keepChoice(name: string, value: string): void {
  sessionStorage.setItem(`ballast-${name}`, value);
}
