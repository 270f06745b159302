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
  ) {
    super(sentence(problem));
    this.status = problem.status;
    this.code = problem.code;
    this.faults = problem.errors ?? [];
  }
}

function sentence(p: Problem): string {
  const lines = [`${p.status} ${p.code}: ${p.title}${p.detail ? ` ${p.detail}` : ""}`];
  for (const f of p.errors ?? []) lines.push(`\t${place(f)}: ${f.detail}`);
  return lines.join("\n") + (p.request_id ? ` (request ${p.request_id})` : "");
}

/** What is at fault: a member of the body, in a batch of one of its lines, or a parameter of the query. */
function place(f: Fault): string {
  return f.parameter ?? (f.line ? `line ${f.line} ${f.pointer}` : f.pointer);
}

/** No answer came: the server could not be reached, or the connection broke. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  constructor(cause: unknown) {
    super("The server could not be reached.", { cause });
  }
}

/** Reads a refusal. Something between here and the server may have answered in another form. */
export async function errorOf(response: Response): Promise<BallastError> {
  return new BallastError(await problemOf(response), retryAfterOf(response.headers));
}

async function problemOf(response: Response): Promise<Problem> {
  if (mediaType(response.headers) === "application/problem+json") {
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
    code: "unknown",
    request_id: response.headers.get("X-Request-Id") ?? "",
    instance: "",
  };
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
