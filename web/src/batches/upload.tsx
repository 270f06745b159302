import { useRef, useState } from "preact/hooks";

import { BallastError, type Batch, type Client } from "@ballast/client";
import { useLocale } from "../i18n";
import { Busy, Panel, Trouble } from "../ui/parts";

/** Takes a file of requests and makes a job of it. */
export function Upload(p: { client: Client; onJob: (made: Batch) => void }) {
  const { t } = useLocale();
  const [sending, setSending] = useState("");
  const [error, setError] = useState<unknown>();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const send = async (file: File | undefined) => {
    if (!file || sending) return;
    setError(undefined);
    setSending(file.name);
    try {
      p.onJob(await p.client.createBatch(file));
    } catch (e) {
      setError(e);
    } finally {
      setSending("");
    }
  };
  return (
    <Panel title={t("batch.new")}>
      <p class="lead">{t("batch.lead")}</p>
      <div class={`drop ${over ? "over" : ""}`} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
        onDrop={(e) => { e.preventDefault(); setOver(false); void send(e.dataTransfer?.files[0]); }}>
        <label for="book">{t("batch.drop")}</label>
        <Busy waits={sending !== ""} onClick={() => input.current?.click()}>{t("start.file")}</Busy>
        <input ref={input} id="book" type="file" accept=".jsonl,.ndjson,.json,.txt" class="visually-hidden" tabIndex={-1}
          onChange={(e) => { void send(e.currentTarget.files?.[0]); e.currentTarget.value = ""; }} />
      </div>
      {sending && <p role="status">{t("batch.sending", { name: sending })}</p>}
      {error !== undefined && <Trouble error={error}><Faults error={error} /></Trouble>}
    </Panel>
  );
}

/** What is wrong with the first line, member by member. */
function Faults({ error }: { error: unknown }) {
  const { t, said } = useLocale();
  if (!(error instanceof BallastError) || error.faults.length === 0) return null;
  return (
    <ul>
      {error.faults.slice(0, 10).map((f) => (
        <li>{f.line !== undefined && `${t("batch.line")} ${f.line}: `}{f.pointer && <code>{f.pointer}</code>} {said(["said"], f.code, f.detail)}</li>
      ))}
    </ul>
  );
}
