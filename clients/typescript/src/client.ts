import { BallastError, ConnectionError, errorOf, mediaType } from "./error.js";
import { Retrier, passes, type RetryOptions } from "./retry.js";
import { serverEvents, type ServerEvent } from "./sse.js";
import type { operations } from "./contract.gen.js";
import type {
  AdminUsage, Analysis, Answer, Estimate, Feedback, FeedbackReceipt, History, Import, ImportFormat, JournalRecord, Language, Model, Problem,
  Progress, Query, Question, RecommendationRequest, Recommendations, RecordPage, Reply, Status, UsageReport, Verification,
} from "./types.js";

/** How a Client calls. */
export interface ClientOptions extends RetryOptions {
  /** Where the server is; in a browser by default the page's own origin. */
  baseURL?: string;
  /** The API key, or how to get the one that is valid now. */
  key: string | (() => string);
  fetch?: typeof fetch;
}

/** What can be said of one call. */
export interface CallOptions {
  signal?: AbortSignal;
}

/** What a caller of `stages` gets, in this order; `reconnecting` as often as the connection breaks or, with `refusal`, the server asks to come again. */
export type Stage =
  | { stage: "analysis"; analysis: Analysis }
  | { stage: "progress"; progress: Progress }
  | { stage: "reconnecting"; attempt: number; wait: number; refusal?: BallastError }
  | { stage: "recommendation"; recommendation: Recommendations; replayed: boolean };

/** What a request consists of. */
export interface Call {
  method: "GET" | "POST";
  path: string;
  query?: Readonly<Record<string, string | number | boolean | null | undefined>> | undefined;
  body?: unknown;
  /** Sent as it is, when the body is not JSON. */
  raw?: { type: string; content: string | Blob };
  idempotencyKey?: string;
  accept?: string;
  /** Whether it may be sent again after a failure. */
  repeatable?: boolean;
}

/** Calls one server with one key. */
export class Client {
  readonly #base: string;
  readonly #key: () => string;
  readonly #fetch: typeof fetch;
  readonly #retrier: Retrier;

  constructor(options: ClientOptions) {
    this.#base = (options.baseURL ?? "").replace(/\/+$/, "");
    const key = options.key;
    this.#key = typeof key === "string" ? () => key : key;
    this.#fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
    this.#retrier = new Retrier(options);
  }

  /** Asks for recommendations. Every call is a request of its own unless a key of the caller's says otherwise. */
  recommend(request: RecommendationRequest, options: CallOptions & { idempotencyKey?: string } = {}): Promise<Recommendations> {
    return this.read<"CreateRecommendation">(
      { method: "POST", path: "/v1/recommendations", body: request, idempotencyKey: options.idempotencyKey ?? newKey() },
      options,
    );
  }

  /**
   * Asks for recommendations and gives what comes, as it comes: the analysis at once, the recommendation when it is
   * ready. When the connection breaks, the same request is sent again with the same key, so that nothing is paid
   * twice. Throws BallastError for a problem, also for one that comes as an event.
   */
  async *stages(
    request: RecommendationRequest,
    options: CallOptions & { idempotencyKey?: string } = {},
  ): AsyncGenerator<Stage, void, undefined> {
    const call: Call = {
      method: "POST", path: "/v1/recommendations", body: request, accept: "text/event-stream",
      idempotencyKey: options.idempotencyKey ?? newKey(),
    };
    for (let n = 0; ; n++) {
      try {
        yield* this.#stream(call, options);
        return;
      } catch (error) {
        options.signal?.throwIfAborted();
        const wait = lost(error) ? this.#retrier.wait(n, error instanceof BallastError ? error.retryAfter : undefined) : undefined;
        if (wait === undefined) throw error;
        yield { stage: "reconnecting", attempt: n + 1, wait, ...(error instanceof BallastError && { refusal: error }) };
        await this.#retrier.sleep(wait, options.signal);
      }
    }
  }

  /** Reads a recorded recommendation. */
  recommendation(id: string, options?: CallOptions): Promise<Recommendations> {
    return this.read<"GetRecommendation">({ method: "GET", path: `/v1/recommendations/${encodeURIComponent(id)}` }, options);
  }

  /** Lists the caller's recorded recommendations, the newest first, a page at a time. */
  history(query: Query<"ListRecommendations"> = {}, options?: CallOptions): Promise<History> {
    return this.read<"ListRecommendations">({ method: "GET", path: "/v1/recommendations", query }, options);
  }

  /** Records what came of a recommendation. It is sent once: each call is a record of its own. */
  feedback(id: string, feedback: Feedback, options?: CallOptions): Promise<FeedbackReceipt> {
    const path = `/v1/recommendations/${encodeURIComponent(id)}/feedback`;
    return this.read<"CreateFeedback">({ method: "POST", path, body: feedback, repeatable: false }, options);
  }

  /** Searches the journal of all clients; for auditors. */
  records(query: Query<"ListRecords"> = {}, options?: CallOptions): Promise<RecordPage> {
    return this.read<"ListRecords">({ method: "GET", path: "/v1/journal", query }, options);
  }

  /** Reads everything that is kept of one record; for auditors. */
  record(id: string, options?: CallOptions): Promise<JournalRecord> {
    return this.read<"GetRecord">({ method: "GET", path: `/v1/journal/${encodeURIComponent(id)}` }, options);
  }

  /** Proves the journal's chain; for auditors. */
  verifyJournal(options?: CallOptions): Promise<Verification> {
    return this.read<"VerifyJournal">({ method: "GET", path: "/v1/journal/verification" }, options);
  }

  /** Reads the usage of all clients over time; for admins. */
  adminUsage(query: Query<"GetAdminUsage"> = {}, options?: CallOptions): Promise<AdminUsage> {
    return this.read<"GetAdminUsage">({ method: "GET", path: "/v1/admin/usage", query }, options);
  }

  /** A recorded recommendation as an HTML page to print. */
  async report(id: string, options: CallOptions & { language?: Language } = {}): Promise<string> {
    const path = `/v1/recommendations/${encodeURIComponent(id)}/report`;
    const response = await this.send({ method: "GET", path, query: { language: options.language }, accept: "text/html" }, options);
    return response.text();
  }

  /** Asks a follow-up question about a recommendation. Each call is a record of its own. */
  ask(id: string, question: Question, options?: CallOptions): Promise<Reply> {
    const path = `/v1/recommendations/${encodeURIComponent(id)}/questions`;
    return this.read<"CreateQuestion">({ method: "POST", path, body: question, repeatable: false }, options);
  }

  /** Reads what answers come from. */
  status(options?: CallOptions): Promise<Status> {
    return this.read<"GetStatus">({ method: "GET", path: "/v1/status" }, options);
  }

  /** Asks for the computed analysis alone: no model, no spend. */
  analyze(request: RecommendationRequest, options?: CallOptions): Promise<Analysis> {
    return this.read<"CreateAnalysis">({ method: "POST", path: "/v1/analyses", body: request }, options);
  }

  /** Asks what a recommendation would take at the most. */
  estimate(request: RecommendationRequest, options?: CallOptions): Promise<Estimate> {
    return this.read<"CreateEstimate">({ method: "POST", path: "/v1/estimates", body: request }, options);
  }

  /** Reads the caller's budgets and limits. */
  usage(options?: CallOptions): Promise<UsageReport> {
    return this.read<"GetUsage">({ method: "GET", path: "/v1/usage" }, options);
  }

  /** Lists the models. */
  async models(options?: CallOptions): Promise<Model[]> {
    return (await this.read<"ListModels">({ method: "GET", path: "/v1/models" }, options)).models;
  }

  /** Turns a broker's or aggregator's file into a portfolio that a request takes. */
  importPortfolio(
    format: ImportFormat,
    file: string | Blob,
    options: CallOptions & { as_of?: string; base_currency?: string } = {},
  ): Promise<Import> {
    const { as_of, base_currency } = options;
    return this.read<"ImportPortfolio">(
      { method: "POST", path: `/v1/imports/${format}`, query: { as_of, base_currency }, raw: { type: "application/octet-stream", content: file } },
      options,
    );
  }

  /** Sends a call of the contract and reads its JSON answer. */
  protected async read<Op extends keyof operations>(call: Call, options: CallOptions = {}): Promise<Answer<Op>> {
    const response = await this.send(call, options);
    try {
      return (await response.json()) as Answer<Op>;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new ConnectionError(error);
    }
  }

  /** Sends a call, again while that makes sense, and throws what is not a success. */
  protected async send(call: Call, options: CallOptions): Promise<Response> {
    const once = () => this.#once(call, options);
    const response = await (call.repeatable === false ? once() : this.#retrier.run(once, options.signal));
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  async #once(call: Call, options: CallOptions): Promise<Response> {
    try {
      return await this.#fetch(this.#base + call.path + queryOf(call), this.#init(call, options));
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new ConnectionError(error);
    }
  }

  #init(call: Call, options: CallOptions): RequestInit {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key()}`, Accept: call.accept ?? "application/json" };
    const init: RequestInit = { method: call.method, headers, cache: "no-store", credentials: "omit" };
    if (options.signal) init.signal = options.signal;
    if (call.idempotencyKey) headers["Idempotency-Key"] = call.idempotencyKey;
    if (call.raw) {
      headers["Content-Type"] = call.raw.type;
      init.body = call.raw.content;
    } else if (call.body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(call.body);
    }
    return init;
  }

  /** Reads one stream to its end, which is a recommendation, or throws. */
  async *#stream(call: Call, options: CallOptions): AsyncGenerator<Stage, void, undefined> {
    const response = await this.#once(call, options);
    if (!response.ok) throw await errorOf(response);
    const replayed = response.headers.get("Idempotency-Replayed") === "true";
    if (mediaType(response.headers) !== "text/event-stream") throw new ConnectionError("not a stream");
    try {
      for await (const e of serverEvents(response.body!)) {
        const stage = stageOf(e, replayed);
        if (stage) yield stage;
        if (stage?.stage === "recommendation") return;
      }
    } catch (error) {
      if (error instanceof BallastError) throw error;
      throw new ConnectionError(error);
    }
    throw new ConnectionError("the stream ended early");
  }
}

/** What an event says; undefined for one that this version does not know. */
function stageOf(e: ServerEvent, replayed: boolean): Stage | undefined {
  switch (e.event) {
    case "analysis":
      return { stage: "analysis", analysis: JSON.parse(e.data) as Analysis };
    case "progress":
      return { stage: "progress", progress: JSON.parse(e.data) as Progress };
    case "recommendation":
      return { stage: "recommendation", recommendation: JSON.parse(e.data) as Recommendations, replayed };
    case "problem":
      throw new BallastError(JSON.parse(e.data) as Problem);
    default:
      return undefined;
  }
}

/** Whether the same request may have another end when it is sent again. */
function lost(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof BallastError && passes(error.status));
}

function queryOf(call: Call): string {
  const pairs = Object.entries(call.query ?? {}).flatMap(([k, v]) => (v === undefined || v === null ? [] : [[k, String(v)]]));
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

/** A key that no other call has. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
