import { useEffect, useRef, useState } from "preact/hooks";

import { type Analysis, type Client, type Progress, type RecommendationRequest, type Recommendations, type Stage } from "@ballast/client";

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

/** Runs requests one at a time and tells the stages of the last. It begins with the answer of an id, where there is one. */
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
  useEffect(read, []);

  const start = async (request: RecommendationRequest) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    const startedAt = performance.now();
    const update = (change: Partial<Run>) => { if (abort.current === mine) setRun((r) => ({ ...r, ...change })); };
    const after = () => performance.now() - startedAt;
    setRun({ state: "running", startedAt });
    try {
      for await (const s of client.stages(request, { signal: mine.signal })) {
        if (s.stage === "reconnecting") update({ reconnecting: s });
        if (s.stage === "analysis") update({ analysis: s.analysis, analysisAfter: after(), reconnecting: undefined });
        if (s.stage === "progress") update({ progress: s.progress, reconnecting: undefined });
        if (s.stage === "recommendation")
          update({ state: "done", answer: s.recommendation, analysis: s.recommendation.analysis, replayed: s.replayed, endedAfter: after(), reconnecting: undefined });
      }
    } catch (error) {
      update(mine.signal.aborted ? { state: "left", endedAfter: after() } : { state: "failed", error, endedAfter: after() });
    }
  };
  return { run, start, read, stop: () => abort.current?.abort() };
}
