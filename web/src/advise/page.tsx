import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { BallastError, type Client } from "@ballast/client";
import { Contract } from "../contract";
import { useLocale } from "../i18n";
import { same, set, type Json } from "../pointer";
import { keepAnswer, keptAnswer, keptAsked, keptDraft } from "../session";
import { Busy, Panel, Trouble } from "../ui/parts";
import { Editor } from "./editor";
import { DraftContext } from "./field";
import { Result } from "./result";
import { useRun } from "./run";
import { Stages } from "./stages";
import { exampleNames, examples, Start } from "./start";
import { useRequestDraft } from "./use-draft";

/** From a portfolio to advice. */
export function AdvisePage({ client, patient, hidden }: { client: Client; patient: Client; hidden: boolean }) {
  const { t, language } = useLocale();
  const [contract, setContract] = useState<Contract>();
  const [unloaded, setUnloaded] = useState<unknown>();
  const draft = useRequestDraft(contract, inAnyLanguage(examples.classic));
  const [kept] = useState(keptAnswer);
  const { run, start, read, stop } = useRun(patient, kept?.id);
  const [open, setOpen] = useState(() => !kept || !narrow());
  const [asked, setAsked] = useState<Json>(() => keptAsked()?.doc ?? (!kept || kept.outdated || keptDraft() === null ? null : draft.doc));
  const outdated = useMemo(() => !same(asked, draft.doc), [asked, draft.doc]);
  const loads = useRef(0); // an import that another portfolio has overtaken is dropped
  const [examplesTaken, setExamplesTaken] = useState(0);
  const asks = useRef<HTMLButtonElement>(null);
  const focusAsks = () => asks.current?.focus({ preventScroll: true });

  useEffect(() => { Contract.load().then(setContract, setUnloaded); }, []);
  useEffect(() => {
    if (run.error instanceof BallastError) draft.refuse(run.error.faults);
    if (run.state === "failed" || run.state === "unread") setOpen(true);
  }, [run]);
  useEffect(() => { if (run.answer) keepAnswer({ id: run.answer.id, outdated }); }, [run, outdated]);
  const result = useMemo(() => run.analysis && <Result client={client} analysis={run.analysis} answer={run.answer} waiting={run.state === "running"} />, [client, run]);

  const submit = () => {
    if (draft.textError !== "") return;
    if (narrow()) setOpen(false);
    focusAsks(); // what was pressed instead goes away
    setAsked(draft.doc);
    keepAnswer(undefined);
    void start({ doc: draft.doc, language });
  };
  const load = (doc: Json) => draft.load(inAnyLanguage(doc));
  const loadExample = (doc: Json) => {
    loads.current++;
    setExamplesTaken(examplesTaken + 1);
    load(doc);
  };

  const lost = run.error instanceof BallastError && run.error.status === 404; // of another key, or no longer kept
  const before = run.state === "idle" || (run.state === "unread" && lost);

  return (
    <main id="advise" class={`advise ${open ? "" : "closed"}`} hidden={hidden}>
      {!before && <h1 class="visually-hidden">{t("nav.advise")}</h1>}
      <div class="input">
        <Panel title={t("advise.portfolio")} aside={<button type="button" class="quiet toggle" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? "advise.hide" : "advise.show")}</button>}>
          {open && (
            <DraftContext.Provider value={draft.draft ?? null}>
              <Start key={examplesTaken} client={client} loads={loads} onLoad={load} onText={draft.write} />
              {unloaded !== undefined && <Trouble error={unloaded} />}
              {draft.draft && <Editor text={draft.text} textError={draft.textError} onText={draft.write} />}
            </DraftContext.Provider>
          )}
        </Panel>
        <div class="submit">
          <Busy class="primary" at={asks} waits={run.state === "running" || draft.textError !== ""} onClick={submit}>{t("advise.submit")}</Busy>
        </div>
      </div>
      <div class="output" aria-live="off">
        {before && <Welcome onLoad={loadExample} />}
        {run.state === "reading" && <p role="status" class="note">{t("wait.reading")}</p>}
        {run.state === "unread" && !lost && <Trouble error={run.error} retry={read} />}
        {!before && run.state !== "reading" && run.state !== "unread" && <Stages run={run} onStop={stop} onFocusLost={focusAsks} />}
        {run.state === "failed" && <Trouble error={run.error} retry={submit} />}
        <div role="status">{run.analysis && outdated && <p class="notice outdated">{t("result.outdated")}</p>}</div>
        {result}
      </div>
    </main>
  );
}

/** The portfolio stands above the advice, where it would have to be scrolled past. */
const narrow = () => matchMedia("(max-width: 60rem)").matches;

/** The answer is in the language of the page when it is asked for, unless the request comes to name one. */
function inAnyLanguage(doc: Json): Json {
  return set(doc, "/options/language", undefined);
}

function Welcome({ onLoad }: { onLoad: (doc: Json) => void }) {
  const { t } = useLocale();
  return (
    <div class="welcome">
      <h1>{t("welcome.title")}</h1>
      <p class="lead">{t("welcome.lead")}</p>
      <ol>
        <li><strong>{t("welcome.one")}</strong> {t("welcome.one_text")}</li>
        <li><strong>{t("welcome.two")}</strong> {t("welcome.two_text")}</li>
        <li><strong>{t("welcome.three")}</strong> {t("welcome.three_text")}</li>
      </ol>
      <section class="examples" aria-labelledby="examples">
        <h2 id="examples">{t("welcome.examples")}</h2>
        <ul>{exampleNames.map((n) => <li><button type="button" onClick={() => onLoad(examples[n])}>{t(`example.${n}`)}</button></li>)}</ul>
      </section>
    </div>
  );
}
