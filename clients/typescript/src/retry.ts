import { ConnectionError, isProblem, retryAfterOf } from "./error.js";

/** How often and how long calls are repeated. */
export interface RetryOptions {
  /** Repetitions of one call, 3 by default; 0: none. */
  retries?: number;
  /** The longest wait before one repetition in milliseconds, 30,000 by default. When the server names a later time, the call ends at once. */
  maxWait?: number;
  /** A number from 0 to 1 exclusive, Math.random by default. */
  random?: () => number;
  /** Waits; rejects with the signal's reason when it is aborted. */
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** The wait before the first repetition that the server has not timed; it doubles. */
const firstWait = 500;

/** Decides on repetitions. It keeps nothing between calls. */
export class Retrier {
  readonly #retries: number;
  readonly #maxWait: number;
  readonly #random: () => number;
  readonly #sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;

  constructor(o: RetryOptions = {}) {
    this.#retries = o.retries ?? 3;
    this.#maxWait = o.maxWait ?? 30_000;
    this.#random = o.random ?? Math.random;
    this.#sleep = o.sleep ?? sleep;
  }

  /**
   * Runs `send` until it answers with something that is not a passing refusal, or the repetitions are used up. Every
   * call of this API that comes through here may be repeated: reads change nothing, and what is recorded has a key.
   */
  async run(send: () => Promise<Response>, signal?: AbortSignal): Promise<Response> {
    for (let n = 0; ; n++) {
      const { response, error } = await attempt(send);
      signal?.throwIfAborted();
      const named = response && retryAfterOf(response.headers);
      const final = response ? !passes(response.status, named, isProblem(response)) : error instanceof ConnectionError && error.stays;
      const wait = final ? undefined : this.wait(n, named);
      if (wait === undefined) {
        if (response) return response;
        throw error;
      }
      await response?.body?.cancel();
      await this.#sleep(wait, signal);
    }
  }

  /** The wait in milliseconds before repetition n, counted from 0; undefined when there is none. */
  wait(n: number, retryAfter?: number): number | undefined {
    if (n >= this.#retries) return undefined;
    // Half of the wait is random, so that callers do not come back together.
    const own = firstWait * 2 ** Math.min(n, 10);
    const wait = Math.max(Math.min(own / 2 + this.#random() * (own / 2), this.#maxWait), (retryAfter ?? 0) * 1000);
    return wait > this.#maxWait ? undefined : wait;
  }

  /** Waits before a repetition that `wait` has allowed. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.#sleep(milliseconds, signal);
  }
}

async function attempt(send: () => Promise<Response>): Promise<{ response?: Response; error?: unknown }> {
  try {
    return { response: await send() };
  } catch (error) {
    return { error };
  }
}

/**
 * Tells the refusals that a later repetition may escape. Of the server's own conflicts and limits it is those that say
 * when: a key that was used for another request stays used, and what is above a whole limit is never admitted.
 */
export function passes(status: number, retryAfter: number | undefined, own: boolean): boolean {
  if (status === 409 || (status === 429 && own)) return retryAfter !== undefined;
  return [429, 502, 503, 504].includes(status);
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
  });
}
