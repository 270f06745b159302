import { useEffect, useState } from "preact/hooks";

import { batchEnded, BallastError, type Batch, type Client } from "@ballast/client";
import { useLocale } from "../i18n";
import { keepBatch, keptBatches } from "../session";
import { Panel, Trouble } from "../ui/parts";
import { JobPanel } from "./job";
import { Results } from "./results";
import { Upload } from "./upload";

/** How often a job under way is asked after, in milliseconds. */
const every = 1000;

const named = () => /^#\/batches\/([A-Za-z0-9_]+)$/.exec(location.hash)?.[1] ?? "";

/** A book of requests as one job; the address names the job, so that Back leads to the page before. */
export function BatchesPage({ client }: { client: Client }) {
  const { t } = useLocale();
  const [id, setID] = useState(named);
  const { job, error, again, setJob } = useJob(client, id);
  useEffect(() => {
    const moved = () => { if (location.hash.startsWith("#/batches")) setID(named()); };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => { if (job) keepBatch(job.id); }, [job?.id]);
  const gone = error instanceof BallastError && error.status === 404;
  return (
    <main id="batches" class="page">
      <header class="panel-head">
        <h1>{t("nav.batches")}</h1>
        {id && <a href="#/batches">{t("batch.another")}</a>}
      </header>
      {!id && <Upload client={client} onJob={(made) => { location.hash = `#/batches/${made.id}`; }} />}
      {!id && <Recent />}
      <p role="status" class="note">{id && !job && error === undefined && t("wait.reading")}</p>
      {error !== undefined && <Trouble error={error} retry={gone ? undefined : again} />}
      {job && <JobPanel client={client} job={job} onJob={setJob} />}
      {job && <Results key={job.id} client={client} id={job.id} />}
    </main>
  );
}

/** The jobs of this tab, as the API lists none. */
function Recent() {
  const { t } = useLocale();
  const jobs = keptBatches();
  if (jobs.length === 0) return null;
  return <Panel title={t("batch.recent")}><ul class="recent">{jobs.map((id) => <li><a href={`#/batches/${id}`}><code>{id}</code></a></li>)}</ul></Panel>;
}

/** A job as it was a moment ago, asked after until it has ended or something fails. */
function useJob(client: Client, id: string) {
  const [job, setJob] = useState<Batch>();
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setError(undefined);
    setJob((last) => (last?.id === id ? last : undefined));
    if (!id) return undefined;
    const mine = new AbortController();
    const ask = async () => {
      for (let last: Batch | undefined; !last || !batchEnded(last); await pause(every, mine.signal)) {
        last = await client.batch(id, { signal: mine.signal });
        if (mine.signal.aborted) return;
        setJob(last);
      }
    };
    ask().catch((e: unknown) => { if (!mine.signal.aborted) setError(e); });
    return () => mine.abort();
  }, [client, id, turn]);
  return { job, error, setJob, again: () => setTurn(turn + 1) };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
