import { useEffect, useRef, useState } from "preact/hooks";

import { BallastError, type Client, type JournalRecord, type Recommendations } from "@ballast/client";
import { Result } from "../advise/result";
import { useLocale } from "../i18n";
import { Trouble } from "../ui/parts";
import { Attempts } from "./attempts";
import { Search } from "./search";
import { Verify } from "./verify";

const named = () => /^#\/records\/([A-Za-z0-9_]+)$/.exec(location.hash)?.[1] ?? "";

/** A record as far as the caller may see it: auditors see the calls of the model. */
interface Opened {
  answer?: Recommendations;
  journal?: JournalRecord;
}

async function read(client: Client, auditor: boolean, id: string): Promise<Opened> {
  if (!auditor) return { answer: await client.recommendation(id) };
  const journal = await client.record(id);
  return { journal, ...(journal.record.kind === "recommendation" && { answer: JSON.parse(journal.answer) as Recommendations }) };
}

/** What was recorded; the address may name a record. */
export function RecordsPage({ client }: { client: Client }) {
  const { t } = useLocale();
  const [id, setID] = useState(named);
  const [auditor, setAuditor] = useState<boolean>();
  const [opened, setOpened] = useState<Opened>();
  const [error, setError] = useState<unknown>();
  const [reading, setReading] = useState(false);
  const turn = useRef(0); // a record that comes after another was asked for is not shown
  const open = async (wanted: string, asAuditor: boolean) => {
    const mine = ++turn.current;
    history.replaceState(null, "", `#/records/${wanted}`);
    setReading(true);
    setID(wanted);
    setError(undefined);
    setOpened(undefined);
    try {
      const got = await read(client, asAuditor, wanted);
      if (turn.current === mine) setOpened(got);
    } catch (e) {
      if (turn.current === mine) setError(e);
    }
    if (turn.current === mine) setReading(false);
  };
  useEffect(() => {
    const begin = (may: boolean) => { setAuditor(may); if (named()) void open(named(), may); };
    client.records({ limit: 1 }).then(() => begin(true), (e) => (e instanceof BallastError && e.status === 403 ? begin(false) : setError(e)));
  }, [client]);
  useEffect(() => {
    if (auditor === undefined) return undefined;
    const moved = () => { if (named()) void open(named(), auditor); };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, [client, auditor]);
  const chosen = (wanted: string) => void open(wanted, auditor === true);
  return (
    <main id="records" class="page">
      <h1>{t("nav.records")}</h1>
      <form class="search-form" onSubmit={(e) => { e.preventDefault(); if (id.trim()) chosen(id.trim()); }}>
        <div class="field"><label for="record">{t("records.id")}</label>
          <input id="record" value={id} autocomplete="off" spellcheck={false} placeholder="rec_…" onInput={(e) => setID(e.currentTarget.value)} /></div>
        <button type="submit" class="primary">{t("records.open")}</button>
      </form>
      {auditor && <Verify client={client} />}
      {auditor !== undefined && <Search client={client} auditor={auditor} onOpen={chosen} />}
      <p role="status" class="note">{reading && t("wait.reading")}</p>
      {error !== undefined && <Trouble error={error} />}
      {opened && <Record client={client} {...opened} />}
    </main>
  );
}

function Record(p: Opened & { client: Client }) {
  const { t, time } = useLocale();
  const a = p.answer, of = p.journal?.record;
  // It stands below the list that it was chosen from.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      {a && <h2 ref={heading} tabIndex={-1}>{t("records.of", { id: a.id, time: time(a.created_at), model: a.usage.model_id })}</h2>}
      {!a && of && <h2 ref={heading} tabIndex={-1}>{t("records.of", { id: of.id, time: time(of.created_at), model: of.model_id })}</h2>}
      {p.journal && <Attempts record={p.journal} />}
      {a && <Result key={a.id} client={p.client} analysis={a.analysis} answer={a} waiting={false} reading={p.journal !== undefined} />}
    </>
  );
}
