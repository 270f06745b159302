import { BallastError } from "./error.js";
import type { ServerEvent } from "./sse.js";
import type { Analysis, Problem, Progress, Recommendations } from "./types.js";

/** What a caller of `stages` gets, in this order; `reconnecting` as often as the connection breaks or, with `refusal`, the server asks to come again. */
export type Stage =
  | { stage: "analysis"; analysis: Analysis }
  | { stage: "progress"; progress: Progress }
  | { stage: "reconnecting"; attempt: number; wait: number; refusal?: BallastError }
  | { stage: "recommendation"; recommendation: Recommendations; replayed: boolean };

/** What an event says; undefined for one that this version does not know. */
export function stageOf(e: ServerEvent, replayed: boolean): Stage | undefined {
  switch (e.event) {
    case "analysis":
      return { stage: "analysis", analysis: JSON.parse(e.data) as Analysis };
    case "progress":
      return { stage: "progress", progress: JSON.parse(e.data) as Progress };
    case "recommendation":
      return { stage: "recommendation", recommendation: JSON.parse(e.data) as Recommendations, replayed };
    case "problem": {
      const problem = JSON.parse(e.data) as Problem;
      throw new BallastError(problem, problem.retry_after_s); // an event has no header
    }
    default:
      return undefined;
  }
}
