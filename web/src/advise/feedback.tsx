import { useEffect, useRef, useState } from "preact/hooks";

import type { Client } from "@ballast/client";
import { useLocale } from "../i18n";
import { Trouble } from "../ui/parts";
import { useDecision } from "./decisions";

type Outcome = "accepted" | "dismissed" | "modified";
/** The outcomes that are given with a reason. */
type Reasoned = Exclude<Outcome, "accepted">;

/** What became of one action, which is recorded. One that rests on what was dismissed is not to be accepted. */
export function Feedback(p: { client: Client; id: string; action: string; broken: boolean }) {
  const { t, time } = useLocale();
  const [asking, setAsking] = useState<Reasoned>();
  const [decision, tell] = useDecision(p.id, p.action);
  const told = decision?.outcome;
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
      const receipt = await p.client.feedback(p.id, { outcome, action: p.action, ...(reason && { reason }) });
      tell({ ...receipt, reason: reason || null });
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
      {decision && <p class="note decided">{time(decision.created_at)}{decision.reason && `: ${decision.reason}`}</p>}
      {asking && <Reason key={asking} label={t(asking === "modified" ? "feedback.change" : "feedback.reason")} required={asking === "modified"} onSend={(reason) => void send(asking, reason)} onLeave={() => close(asking)} />}
      {error !== undefined && <Trouble error={error} />}
    </div>
  );
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
