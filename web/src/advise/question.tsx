import type { Client, Recommendations } from "@ballast/client";

/** A follow-up question about one answer. */
export function Question(_: { client: Client; answer: Recommendations; onPoint: (facts: readonly string[]) => void }) {
  return null;
}
