import { useState } from "preact/hooks";

import type { Client } from "@ballast/client";
import { useLocale } from "../i18n";
import { Trouble } from "../ui/parts";

type Outcome = "accepted" | "dismissed";

/** Accepting or dismissing one action, which is recorded. */
export function Feedback(p: { client: Client; id: string; action: string }) {
  const { t } = useLocale();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [told, setTold] = useState<Outcome>();
  const [error, setError] = useState<unknown>();
  const send = async (outcome: Outcome) => {
    setError(undefined);
    try {
      await p.client.feedback(p.id, { outcome, action: p.action, ...(reason.trim() && { reason: reason.trim() }) });
      setTold(outcome);
      setAsking(false);
    } catch (e) {
      setError(e);
    }
  };
  return (
    <div class="feedback">
      <span role="status">{told && t(`feedback.${told}`)}</span>
      <button type="button" aria-pressed={told === "accepted"} onClick={() => void send("accepted")}>{t("feedback.accept")}</button>
      <button type="button" aria-pressed={told === "dismissed"} aria-expanded={asking} onClick={() => setAsking(!asking)}>{t("feedback.dismiss")}</button>
      {asking && (
        <form onSubmit={(e) => { e.preventDefault(); void send("dismissed"); }}>
          <input aria-label={t("feedback.reason")} placeholder={t("feedback.reason")} maxLength={1000} value={reason} onInput={(e) => setReason(e.currentTarget.value)} />
          <button type="submit">{t("feedback.record")}</button>
        </form>
      )}
      {error !== undefined && <Trouble error={error} />}
    </div>
  );
}
