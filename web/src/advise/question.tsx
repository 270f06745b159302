import { useState } from "preact/hooks";

import type { Client, Recommendations, Schemas } from "@ballast/client";
import { useLocale } from "../i18n";
import { Busy, Panel, Trouble, useIDs } from "../ui/parts";
import { Evidence } from "./card";

type Reply = Schemas["Reply"];
const topics = ["why", "inaction", "cost"] as const;

/** A follow-up question about one answer, replied to from the same facts. */
export function Question(p: { client: Client; answer: Recommendations; onPoint: (facts: readonly string[]) => void }) {
  const { t, name, usd } = useLocale();
  const field = useIDs()("question");
  const [text, setText] = useState("");
  const [reply, setReply] = useState<Reply>();
  const [waits, setWaits] = useState(false);
  const [error, setError] = useState<unknown>();
  const ask = async (question: Schemas["Question"]) => {
    if (waits) return;
    setError(undefined);
    setReply(undefined);
    setWaits(true);
    try {
      setReply(await p.client.ask(p.answer.id, question));
    } catch (e) {
      setError(e);
    }
    setWaits(false);
  };
  return (
    <Panel title={t("question.title")} class="question">
      <div class="topics">
        {topics.map((topic) => <Busy waits={waits} onClick={() => void ask({ topic })}>{t(`question.${topic}`)}</Busy>)}
      </div>
      <form onSubmit={(e) => { e.preventDefault(); if (text.trim()) void ask({ question: text.trim() }); }}>
        <div class="field"><label for={field}>{t("question.label")}</label>
          <input id={field} value={text} maxLength={500} autocomplete="off" onInput={(e) => setText(e.currentTarget.value)} /></div>
        <button type="submit" aria-disabled={waits}>{t("question.ask")}</button>
      </form>
      <div role="status">
        {waits && <p class="pending">{t("question.waits")}</p>}
        {reply && (
          <>
            {reply.degraded && <p class="notice">{name("reason", reply.degraded.reason)}</p>}
            {!reply.answered && <p class="note">{t("question.unanswered")}</p>}
            <p class="answer">{reply.answer}</p>
            <p class="note">{t("card.source")}: {t(`source.${reply.source}`)} · {usd(reply.usage.cost_usd)}</p>
          </>
        )}
      </div>
      {reply && <Evidence ids={reply.evidence} onPoint={p.onPoint} />}
      {error !== undefined && <Trouble error={error} />}
    </Panel>
  );
}
