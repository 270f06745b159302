import { useEffect, useState } from "preact/hooks";

import { batchEnded, BallastError, type Batch, type Client } from "@ballast/client";
import { useLocale } from "../i18n";
import { choice, keepChoice } from "../session";
import { Trouble } from "../ui/parts";
import { JobPanel } from "./job";
import { Results } from "./results";
import { Upload } from "./upload";

/** How often a job under way is asked after, in milliseconds. */
const every = 1000;

const named = () => /^#\/batches\/([A-Za-z0-9_]+)$/.exec(location.hash)?.[1] ?? choice("batch") ?? "";

/** A book of requests as one job; the address names the job. */
export function BatchesPage({ client }: { client: Client }) {
  const { t } = useLocale();
  const [id, setID] = useState(named);
  const { job, error, again, setJob } = useJob(client, id);
  const show = (next: string, made?: Batch) => {
    keepChoice("batch", next);
    history.replaceState(null, "", next ? `#/batches/${next}` : "#/batches");
    setJob(made);
    setID(next);
  };
  const gone = error instanceof BallastError && error.status === 404;
  return (
    <main id="batches" class="page">
      <header class="panel-head">
        <h1>{t("nav.batches")}</h1>
        {id && <button type="button" class="quiet" onClick={() => show("")}>{t("batch.another")}</button>}
      </header>
      {!id && <Upload client={client} onJob={(made) => show(made.id, made)} />}
      {error !== undefined && <Trouble error={error} retry={gone ? undefined : again} />}
      {job && <JobPanel client={client} job={job} onJob={setJob} />}
      {job && <Results key={job.id} client={client} id={job.id} />}
    </main>
  );
}

/** A job as it was a moment ago, asked after until it has ended or something fails. */
function useJob(client: Client, id: string) {
  const [job, setJob] = useState<Batch>();
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setError(undefined);
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
