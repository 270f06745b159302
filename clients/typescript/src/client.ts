import { newKey, queryOf, type Call } from "./call.js";
import { BallastError, ConnectionError, errorOf, mediaType, refusePage, unknown } from "./error.js";
import { lines } from "./lines.js";
import { Retrier, passes, type RetryOptions } from "./retry.js";
import { serverEvents } from "./sse.js";
import { stageOf, type Stage } from "./stage.js";
import type { operations } from "./contract.gen.js";
import type {
  AdminUsage, Analysis, Answer, Batch, BatchResult, Estimate, Feedback, FeedbackPage, FeedbackReceipt, History, Import, ImportFormat, JournalRecord, Language, Model,
  Query, Question, RecommendationRequest, Recommendations, RecordPage, Reply, Status, UsageReport, Verification,
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

  /** Records what came of a recommendation. Each call is a record of its own unless a key of the caller's says otherwise. */
  feedback(id: string, feedback: Feedback, options: CallOptions & { idempotencyKey?: string } = {}): Promise<FeedbackReceipt> {
    const path = `/v1/recommendations/${encodeURIComponent(id)}/feedback`;
    return this.read<"CreateFeedback">({ method: "POST", path, body: feedback, idempotencyKey: options.idempotencyKey ?? newKey() }, options);
  }

  /** Lists what was said of a recommendation, the newest first, a page at a time. */
  givenFeedback(id: string, query: Query<"ListFeedback"> = {}, options?: CallOptions): Promise<FeedbackPage> {
    return this.read<"ListFeedback">({ method: "GET", path: `/v1/recommendations/${encodeURIComponent(id)}/feedback`, query }, options);
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

  /** Asks a follow-up question about a recommendation. Each call is answered anew unless a key of the caller's says otherwise. */
  ask(id: string, question: Question, options: CallOptions & { idempotencyKey?: string } = {}): Promise<Reply> {
    const path = `/v1/recommendations/${encodeURIComponent(id)}/questions`;
    return this.read<"CreateQuestion">({ method: "POST", path, body: question, idempotencyKey: options.idempotencyKey ?? newKey() }, options);
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

  /** Reads the OpenAPI document. Who keeps one gives its `etag`, and gets undefined while that is still it. */
  async contract(options: CallOptions & { etag?: string } = {}): Promise<{ document: Record<string, unknown>; etag: string } | undefined> {
    const call: Call = { method: "GET", path: "/openapi.json", etag: options.etag };
    const response = await this.send(call, options);
    if (response.status === 304) return undefined;
    return { document: await this.#json<Record<string, unknown>>(response, call, options), etag: response.headers.get("ETag") ?? "" };
  }

  /**
   * Makes a job of requests in JSON Lines, one BatchLine each. For 24 hours the same key and lines get the same job;
   * without a key each call makes a job of its own.
   */
  createBatch(requests: string | Blob, options: CallOptions & { idempotencyKey?: string } = {}): Promise<Batch> {
    const raw = { type: "application/jsonl", content: requests };
    return this.read<"CreateBatch">({ method: "POST", path: "/v1/batches", raw, idempotencyKey: options.idempotencyKey ?? newKey() }, options);
  }

  /** Reads how far a job is. */
  batch(id: string, options?: CallOptions): Promise<Batch> {
    return this.read<"GetBatch">({ method: "GET", path: batchPath(id) }, options);
  }

  /** Cancels the lines of a job that are not being answered yet. */
  cancelBatch(id: string, options?: CallOptions): Promise<Batch> {
    return this.read<"CancelBatch">({ method: "DELETE", path: batchPath(id) }, options);
  }

  /**
   * Reads the results of a job's lines as they come, those after a line if one is given, until the job has ended. A
   * connection that breaks is taken up where it broke.
   */
  async *batchResults(id: string, options: CallOptions & { after?: number } = {}): AsyncGenerator<BatchResult, void, undefined> {
    let after = options.after ?? 0;
    for (let failed = 0; ; ) {
      const before = after;
      let wait: number | undefined = betweenLooks;
      try {
        for await (const result of this.#results(id, { after, follow: true }, options)) {
          after = result.line;
          yield result;
        }
        if (await this.#isOver(id, after, options)) return;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (after > before) failed = 0;
        wait = lost(error) ? this.#retrier.wait(failed++, error instanceof BallastError ? error.retryAfter : undefined) : undefined;
        if (wait === undefined) throw error;
      }
      await this.#retrier.sleep(wait, options.signal);
    }
  }

  /** One reading of results, to its end or until it breaks. */
  async *#results(id: string, query: Query<"GetBatchResults">, options: CallOptions): AsyncGenerator<BatchResult, void, undefined> {
    const call: Call = { method: "GET", path: `${batchPath(id)}/results`, query, accept: "application/jsonl" };
    const response = await this.#once(call, options);
    if (!response.ok) throw await errorOf(response, this.#url(call));
    try {
      for await (const line of lines(response.body!)) yield JSON.parse(line) as BatchResult;
    } catch (error) {
      throw new ConnectionError(error, this.#url(call));
    }
  }

  /** Whether a job has no results after a line, now or ever. */
  async #isOver(id: string, after: number, options: CallOptions): Promise<boolean> {
    if (!batchEnded(await this.batch(id, options))) return false;
    for await (const _ of this.#results(id, { after, limit: 1 }, options)) return false; // it ended after they were read
    return true;
  }

  /** Sends a call of the contract and reads its JSON answer. */
  protected async read<Op extends keyof operations>(call: Call, options: CallOptions = {}): Promise<Answer<Op>> {
    return this.#json<Answer<Op>>(await this.send(call, options), call, options);
  }

  async #json<T>(response: Response, call: Call, options: CallOptions): Promise<T> {
    try {
      return (await response.json()) as T;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new ConnectionError(error, this.#url(call));
    }
  }

  /** Sends a call, again while that makes sense, and throws what is not a success, nor a 304 that was asked for. */
  protected async send(call: Call, options: CallOptions): Promise<Response> {
    const response = await this.#retrier.run(() => this.#once(call, options), options.signal);
    const kept = response.status === 304 && call.etag;
    if (!response.ok && !kept) throw await errorOf(response, this.#url(call));
    return response;
  }

  async #once(call: Call, options: CallOptions): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(this.#url(call), this.#init(call, options));
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new ConnectionError(error, this.#url(call));
    }
    if (call.accept !== "text/html") refusePage(response, this.#url(call));
    return response;
  }

  #url(call: Call): string {
    return this.#base + call.path + queryOf(call);
  }

  #init(call: Call, options: CallOptions): RequestInit {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key()}`, Accept: call.accept ?? "application/json" };
    const init: RequestInit = { method: call.method, headers, cache: "no-store", credentials: "omit" };
    if (options.signal) init.signal = options.signal;
    if (call.etag) headers["If-None-Match"] = call.etag;
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
    if (!response.ok) throw await errorOf(response, this.#url(call));
    const replayed = response.headers.get("Idempotency-Replayed") === "true";
    if (mediaType(response.headers) !== "text/event-stream") throw new ConnectionError("not a stream", this.#url(call));
    try {
      for await (const e of serverEvents(response.body!)) {
        const stage = stageOf(e, replayed);
        if (stage) yield stage;
        if (stage?.stage === "recommendation") return;
      }
    } catch (error) {
      if (error instanceof BallastError) throw error;
      throw new ConnectionError(error, this.#url(call));
    }
    throw new ConnectionError("the stream ended early", this.#url(call));
  }
}

/** How long to wait, in milliseconds, when results have ended before their job: the server was stopping. */
const betweenLooks = 500;

const batchPath = (id: string) => `/v1/batches/${encodeURIComponent(id)}`;

/** Whether nothing more will happen to a job. */
export function batchEnded(job: Batch): boolean {
  return job.status === "completed" || job.status === "cancelled";
}

/** Whether the same request may have another end when it is sent again. */
function lost(error: unknown): boolean {
  return (error instanceof ConnectionError && !error.stays) || (error instanceof BallastError && passes(error.status, error.retryAfter, error.code !== unknown));
}
