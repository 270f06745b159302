const slot = "ballast-key";
const draftSlot = "ballast-draft";

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

/** Takes the key out of the tab, and the draft and the job with it. */
export function forgetKey(): void {
  sessionStorage.removeItem(slot);
  sessionStorage.removeItem(draftSlot);
  sessionStorage.removeItem("ballast-batch");
}

/** The request that is being edited in this tab, so that a new key or a reload loses nothing. */
export function keptDraft(): string | null {
  return sessionStorage.getItem(draftSlot);
}

export function keepDraft(text: string): void {
  try {
    sessionStorage.setItem(draftSlot, text);
  } catch {
    sessionStorage.removeItem(draftSlot); // it is larger than a browser keeps
  }
}

/** A choice of the reader's for this tab, such as the language. */
export function choice(name: string): string | null {
  return sessionStorage.getItem(`ballast-${name}`);
}

export function keepChoice(name: string, value: string): void {
  sessionStorage.setItem(`ballast-${name}`, value);
}
