const slot = "ballast-key";
const draftSlot = "ballast-draft";
const answerSlot = "ballast-answer";

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

/** Takes the key out of the tab, and the draft, the answer and the job with it. */
export function forgetKey(): void {
  sessionStorage.removeItem(slot);
  sessionStorage.removeItem(draftSlot);
  sessionStorage.removeItem(answerSlot);
  sessionStorage.removeItem("ballast-batch");
}

/** The request that is being edited in this tab, so that a new key or a reload loses nothing. */
export function keptDraft(): string | null {
  return sessionStorage.getItem(draftSlot);
}

/** Keeps the draft for as long as there is a key: who leaves leaves nothing behind. */
export function keepDraft(text: string): void {
  if (sessionStorage.getItem(slot) === null) return;
  try {
    sessionStorage.setItem(draftSlot, text);
  } catch {
    sessionStorage.removeItem(draftSlot); // it is larger than a browser keeps
  }
}

/** The answer that was shown, to be read anew, and whether it was of another portfolio than the draft. */
export interface KeptAnswer { id: string; outdated: boolean }

export function keptAnswer(): KeptAnswer | undefined {
  const kept = sessionStorage.getItem(answerSlot);
  return kept === null ? undefined : (JSON.parse(kept) as KeptAnswer);
}

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
