import { useEffect, useState } from "preact/hooks";

import type { Client, Recommendations } from "@ballast/client";
import { Result } from "../advise/result";
import { useLocale } from "../i18n";
import { Trouble } from "../ui/parts";

const named = () => /^#\/records\/([A-Za-z0-9_]+)$/.exec(location.hash)?.[1] ?? "";

/** What was recorded; the address may name a record. */
export function RecordsPage({ client }: { client: Client }) {
  const { t, time } = useLocale();
  const [id, setID] = useState(named);
  const [answer, setAnswer] = useState<Recommendations>();
  const [error, setError] = useState<unknown>();
  const open = async (wanted: string) => {
    setError(undefined);
    setAnswer(undefined);
    try {
      setAnswer(await client.recommendation(wanted));
    } catch (e) {
      setError(e);
    }
  };
  useEffect(() => { if (named()) void open(named()); }, []);
  return (
    <main id="records" class="page">
      <h1>{t("nav.records")}</h1>
      <form class="search-form" onSubmit={(e) => { e.preventDefault(); if (id.trim()) { history.replaceState(null, "", `#/records/${id.trim()}`); void open(id.trim()); } }}>
        <div class="field"><label for="record">{t("records.id")}</label>
          <input id="record" value={id} autocomplete="off" spellcheck={false} placeholder="rec_…" onInput={(e) => setID(e.currentTarget.value)} /></div>
        <button type="submit" class="primary">{t("records.open")}</button>
      </form>
      {error !== undefined && <Trouble error={error} />}
      {answer && (
        <>
          <h2>{t("records.of", { id: answer.id, time: time(answer.created_at), model: answer.usage.model_id })}</h2>
          <Result key={answer.id} client={client} analysis={answer.analysis} answer={answer} waiting={false} />
        </>
      )}
    </main>
  );
}
