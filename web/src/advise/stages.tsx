import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { useLocale, type Locale } from "../i18n";
import type { Run } from "./run";

/** The stages of a request, with what it waits for and how long it has. */
export function Stages({ run, onStop, onFocusLost }: { run: Run; onStop: () => void; onFocusLost: () => void }) {
  const locale = useLocale();
  const { t, seconds } = locale;
  const now = useNow(run.state === "running");
  const elapsed = run.endedAfter ?? Math.max(0, now - run.startedAt);
  const step = run.state === "done" ? 3 : run.progress ? 2 : run.analysis ? 1 : 0;
  const names: [string, string][] = [
    [t("stage.analysis"), run.analysisAfter === undefined ? "" : seconds(run.analysisAfter)],
    [t("stage.model"), step >= 2 && run.state !== "done" ? waiting(run, locale) : ""],
    [t("stage.recommendation"), run.state === "done" && run.endedAfter !== undefined ? seconds(elapsed) : ""],
  ];
  return (
    <div class={`stages ${run.state}`}>
      <ol>
        {names.map(([name, note], i) => (
          <li class={i < step ? "past" : i === step && run.state === "running" ? "current" : undefined} aria-current={i === step ? "step" : undefined}>
            <span class="dot" aria-hidden="true" />{name}{note && <span class="note">{note}</span>}
          </li>
        ))}
      </ol>
      <p class="stage-now" role="status">{told(run, locale)}</p>
      {run.state === "running" && <><span class="elapsed">{seconds(elapsed)}</span><Stop onStop={onStop} onFocusLost={onFocusLost} /></>}
    </div>
  );
}

/** Goes away with the end of what it stops, also while it has the focus. */
function Stop(p: { onStop: () => void; onFocusLost: () => void }) {
  const { t } = useLocale();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => () => { if (button.current === document.activeElement) p.onFocusLost(); }, []);
  return <button type="button" class="quiet" ref={button} onClick={p.onStop}>{t("stage.stop")}</button>;
}

function waiting(run: Run, locale: Locale): string {
  const word = `progress.${run.progress!.stage}` as const;
  return locale.t(word, { position: run.progress!.position ?? "" });
}

/** The state in a sentence, for the eye and for the screen reader. */
function told(run: Run, locale: Locale): string {
  const again = run.state === "running" ? run.reconnecting : undefined;
  if (again?.refusal) return locale.t("stage.retrying", { why: locale.said(["problem"], again.refusal.code, again.refusal.problem.detail ?? again.refusal.problem.title), seconds: Math.ceil(again.wait / 1000), n: again.attempt });
  if (again) return locale.t("stage.reconnecting", { n: again.attempt });
  if (run.state === "running") return run.progress ? waiting(run, locale) : locale.t(run.analysis ? "stage.waits" : "stage.sent");
  if (run.state === "left") return locale.t("stage.left");
  if (run.state === "failed") return locale.t("stage.failed");
  return run.replayed ? locale.t("stage.replayed") : run.state === "done" ? locale.t("stage.done") : "";
}

function useNow(running: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now()), 200);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
