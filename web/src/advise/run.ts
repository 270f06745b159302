import { useEffect, useRef, useState } from "preact/hooks";

import { newKey, type Analysis, type Client, type Progress, type RecommendationRequest, type Recommendations, type Stage } from "@ballast/client";
import { get, set } from "../pointer";
import { keepAsked, keptAsked, type Asked } from "../session";

type Reconnecting = Extract<Stage, { stage: "reconnecting" }>;

/** How far a request has come. */
export interface Run {
  state: "idle" | "reading" | "unread" | "running" | "done" | "failed" | "left";
  analysis?: Analysis;
  progress?: Progress;
  /** Set while the connection is lost, or the server has asked to come again: the attempt that follows. */
  reconnecting?: Reconnecting | undefined;
  answer?: Recommendations;
  replayed?: boolean;
  error?: unknown;
  startedAt: number;
  analysisAfter?: number;
  endedAfter?: number;
}

const idle: Run = { state: "idle", startedAt: 0 };

/** The request of what was asked: in the language of the page when it was asked, unless it names one. */
function requestOf({ doc, language }: Asked): RecommendationRequest {
  return (get(doc, "/options/language") === undefined ? set(doc, "/options/language", language) : doc) as unknown as RecommendationRequest;
}

/**
 * Runs requests one at a time and tells the stages of the last. It begins with the request that the page was left in,
 * which has the same key and is not paid twice, or else with the answer of an id, where there is one.
 */
export function useRun(client: Client, shown: string | undefined) {
  const [run, setRun] = useState<Run>(shown ? { ...idle, state: "reading" } : idle);
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const read = () => {
    const begin = (r: Run) => { if (!abort.current) setRun(r); };
    if (!shown) return;
    begin({ ...idle, state: "reading" });
    client.recommendation(shown).then(
      (answer) => begin({ ...idle, state: "done", answer, analysis: answer.analysis }),
      (error: unknown) => begin({ ...idle, state: "unread", error }),
    );
  };
  useEffect(() => {
    const left = keptAsked();
    if (left) void follow(left);
    else read();
  }, []);

  const start = (what: Pick<Asked, "doc" | "language">) => {
    const asked = { ...what, key: newKey(), at: Date.now() };
    keepAsked(asked);
    return follow(asked);
  };
  const follow = async (asked: Asked) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    const startedAt = performance.now();
    const update = (change: Partial<Run>) => { if (abort.current === mine) setRun((r) => ({ ...r, ...change })); };
    const end = (change: Partial<Run>) => {
      if (abort.current === mine) keepAsked(undefined);
      update(change);
    };
    const after = () => performance.now() - startedAt;
    setRun({ state: "running", startedAt });
    try {
      for await (const s of client.stages(requestOf(asked), { signal: mine.signal, idempotencyKey: asked.key })) {
        if (s.stage === "reconnecting") update({ reconnecting: s });
        if (s.stage === "analysis") update({ analysis: s.analysis, analysisAfter: after(), reconnecting: undefined });
        if (s.stage === "progress") update({ progress: s.progress, reconnecting: undefined });
        if (s.stage === "recommendation")
          end({ state: "done", answer: s.recommendation, analysis: s.recommendation.analysis, replayed: s.replayed, endedAfter: after(), reconnecting: undefined });
      }
    } catch (error) {
      if (mine.signal.aborted) update({ state: "left", endedAfter: after() });
      else end({ state: "failed", error, endedAfter: after() });
    }
  };
  const stop = () => {
    keepAsked(undefined);
    abort.current?.abort();
  };
  return { run, start, read, stop };
}
