import type { Fault, Problem } from "./types.js";

/** Every refusal by the server. `code` is stable and meant for programs. */
export class BallastError extends Error {
  override readonly name = "BallastError";
  readonly status: number;
  readonly code: string;
  /** Every faulty member of the request, by JSON pointer. */
  readonly faults: readonly Fault[];

  constructor(
    readonly problem: Problem,
    /** Seconds after which a repetition makes sense; undefined when the server does not say. */
    readonly retryAfter?: number,
    /** What was asked, where the reason may be in the base URL: nothing is there, or what answered is none of this API. */
    readonly url?: string,
  ) {
    super(sentence(problem, url));
    this.status = problem.status;
    this.code = problem.code;
    this.faults = problem.errors ?? [];
  }
}

function sentence(p: Problem, url?: string): string {
  const lines = [`${p.status} ${p.code}: ${p.title}${p.detail ? ` ${p.detail}` : ""}`];
  for (const f of p.errors ?? []) lines.push(`\t${place(f)}${f.detail}`);
  return lines.join("\n") + (url ? ` (${url})` : "") + (p.request_id ? ` (request ${p.request_id})` : "");
}

/** What is at fault: a member of the body, in a batch of one of its lines, or a parameter of the query; empty for the whole body. */
function place(f: Fault): string {
  const at = f.parameter ?? (f.line ? `line ${f.line} ${f.pointer}`.trim() : f.pointer);
  return at && `${at}: `;
}

/** No answer came: the server could not be reached, or the connection broke, or another server has answered. */
export class ConnectionError extends Error {
  override readonly name: string = "ConnectionError";
  /** Whether no repetition helps: there is no such host, or it is not the one that is meant. */
  readonly stays: boolean;

  constructor(cause: unknown, url?: string, message = "The server could not be reached") {
    super(`${message}${url ? `: ${url}` : ""}.`, { cause });
    this.stays = staying.has(codeOf(cause));
  }
}

/** A page of HTML came in place of an answer: the base URL is of another server, or has a path too many. */
export class NotBallastError extends ConnectionError {
  override readonly name = "NotBallastError";
  override readonly stays = true;

  constructor(url: string) {
    super(undefined, url, "A page of HTML and no answer of Ballast came, check the base URL");
  }
}

/** Node's codes for what does not pass. A browser tells none. */
const staying = new Set([
  "ENOTFOUND", "ERR_INVALID_URL", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** The code of what fetch failed with, which Node gives as the cause of its error. */
function codeOf(error: unknown): string {
  const e = error as { code?: unknown; cause?: { code?: unknown } } | undefined;
  return String(e?.cause?.code ?? e?.code ?? "");
}

/** Throws when a page has come for what is none. */
export function refusePage(response: Response, url: string): void {
  if (response.ok && mediaType(response.headers) === "text/html") throw new NotBallastError(url);
}

/** Reads a refusal. Something between here and the server may have answered in another form. */
export async function errorOf(response: Response, url: string): Promise<BallastError> {
  const problem = await problemOf(response);
  const elsewhere = problem.code === unknown || response.status === 404;
  return new BallastError(problem, retryAfterOf(response.headers), elsewhere ? url : undefined);
}

/** The code of a refusal that is no problem document. */
export const unknown = "unknown";

async function problemOf(response: Response): Promise<Problem> {
  if (isProblem(response)) {
    try {
      return { ...((await response.json()) as Problem), status: response.status };
    } catch {
      // it is not what its type says
    }
  }
  return {
    type: "about:blank",
    title: response.statusText || "The answer has a form that is not of this API.",
    status: response.status,
    code: unknown,
    request_id: response.headers.get("X-Request-Id") ?? "",
    instance: "",
  };
}

/** Whether an answer says that it is a problem document. */
export function isProblem(response: Response): boolean {
  return mediaType(response.headers) === "application/problem+json";
}

/** The media type of a message without its parameters. */
export function mediaType(headers: Headers): string {
  return (headers.get("Content-Type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

/** Whole seconds, the one form of Retry-After that the server sends. */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get("Retry-After") ?? "";
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}
