/** What a request consists of. */
export interface Call {
  method: "GET" | "POST" | "DELETE";
  path: string;
  query?: Readonly<Record<string, string | number | boolean | null | undefined>> | undefined;
  body?: unknown;
  /** Sent as it is, when the body is not JSON. */
  raw?: { type: string; content: string | Blob };
  idempotencyKey?: string;
  /** Of what the caller keeps. */
  etag?: string | undefined;
  accept?: string;
}

/** The query of a call, with its question mark. */
export function queryOf(call: Call): string {
  const pairs = Object.entries(call.query ?? {}).flatMap(([k, v]) => (v === undefined || v === null ? [] : [[k, String(v)]]));
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

/** A key that no other call has. It is no secret, so that Math.random does where there is no crypto, as in Node 18. */
export function newKey(): string {
  const bytes = new Uint8Array(16).map(() => Math.random() * 256);
  globalThis.crypto?.getRandomValues(bytes);
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
