import { useEffect, useRef, useState } from "preact/hooks";

import type { Client } from "@ballast/client";
import { useLocale } from "../i18n";
import { keepOutcome, keptOutcome } from "../session";
import { Trouble } from "../ui/parts";

type Outcome = "accepted" | "dismissed" | "modified";
/** The outcomes that are given with a reason. */
type Reasoned = Exclude<Outcome, "accepted">;

/** What became of one action, which is recorded. One that rests on what was dismissed is not to be accepted. */
export function Feedback(p: { client: Client; id: string; action: string; broken: boolean }) {
  const { t } = useLocale();
  const [asking, setAsking] = useState<Reasoned>();
  const [told, setTold] = useOutcome(p.id, p.action);
  const [error, setError] = useState<unknown>();
  const buttons = useRef<HTMLDivElement>(null);
  const close = (outcome: Reasoned) => {
    if (buttons.current?.contains(document.activeElement)) buttons.current.querySelector<HTMLElement>(`[data-outcome=${outcome}]`)?.focus();
    setAsking(undefined);
  };
  const sending = useRef(false); // each call is a record of its own: a double click is one
  const send = async (outcome: Outcome, reason = "") => {
    if (sending.current) return;
    sending.current = true;
    setError(undefined);
    try {
      await p.client.feedback(p.id, { outcome, action: p.action, ...(reason && { reason }) });
      setTold(outcome);
      if (outcome === "accepted") setAsking(undefined);
      else close(outcome);
    } catch (e) {
      setError(e);
    }
    sending.current = false;
  };
  const ask = (outcome: Reasoned) => setAsking(asking === outcome ? undefined : outcome);
  return (
    <div class="feedback" ref={buttons}>
      <span role="status">{told && t(`feedback.${told}`)}</span>
      <button type="button" disabled={p.broken} aria-pressed={told === "accepted"} onClick={() => void send("accepted")}>{t("feedback.accept")}</button>
      <button type="button" data-outcome="dismissed" aria-pressed={told === "dismissed"} aria-expanded={asking === "dismissed"} onClick={() => ask("dismissed")}>{t("feedback.dismiss")}</button>
      <button type="button" data-outcome="modified" aria-pressed={told === "modified"} aria-expanded={asking === "modified"} onClick={() => ask("modified")}>{t("feedback.modify")}</button>
      {asking && <Reason key={asking} label={t(asking === "modified" ? "feedback.change" : "feedback.reason")} required={asking === "modified"} onSend={(reason) => void send(asking, reason)} onLeave={() => close(asking)} />}
      {error !== undefined && <Trouble error={error} />}
    </div>
  );
}

/** What this page tells of an outcome that was recorded. */
const recorded = "ballast-outcome";

/** What `read` finds in the outcomes of this tab, also those of another page of it or of before it was loaded anew. */
function useKept<T>(read: () => T, key: string): T {
  const [found, setFound] = useState(read);
  useEffect(() => {
    const again = () => setFound(read);
    const events = ["hashchange", recorded];
    again();
    for (const e of events) addEventListener(e, again);
    return () => { for (const e of events) removeEventListener(e, again); };
  }, [key]);
  return found;
}

/** Those of the actions that were dismissed. */
export function useDismissed(id: string, actions: readonly string[]): readonly string[] {
  return useKept(() => actions.filter((a) => keptOutcome(id, a) === "dismissed").join(" "), `${id} ${actions.join(" ")}`).split(" ").filter(Boolean);
}

function useOutcome(id: string, action: string) {
  const told = useKept(() => keptOutcome(id, action), `${id} ${action}`);
  const tell = (outcome: Outcome) => {
    keepOutcome(id, action, outcome);
    dispatchEvent(new Event(recorded));
  };
  return [told, tell] as const;
}

function Reason(p: { label: string; required: boolean; onSend: (reason: string) => void; onLeave: () => void }) {
  const { t } = useLocale();
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form onKeyDown={(e) => { if (e.key === "Escape" && !e.isComposing) p.onLeave(); }} onSubmit={(e) => { e.preventDefault(); p.onSend(text.trim()); }}>
      <input ref={field} aria-label={p.label} placeholder={p.label} required={p.required} maxLength={1000} value={text} onInput={(e) => setText(e.currentTarget.value)} />
      <button type="submit">{t("feedback.record")}</button>
    </form>
  );
}
