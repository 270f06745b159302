import type { Client } from "@ballast/client";

/** Accepting or dismissing one action. */
export function Feedback(_: { client: Client; id: string; action: string }) {
  return null;
}
