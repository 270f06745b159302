import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { BallastError, Client, type Model } from "@ballast/client";
import { DecisionsProvider } from "./advise/decisions";
import { AdvisePage } from "./advise/page";
import { BatchesPage } from "./batches/page";
import { languages, Locale, LocaleContext, preferred, useLocale, type Language } from "./i18n";
import { RecordsPage } from "./records/page";
import { choice, forgetKey, givenKey, keepChoice, keepKey, takeKey } from "./session";
import { SpendPage } from "./spend/page";
import { AnotherKey, Trouble } from "./ui/parts";

export type Page = "advise" | "batches" | "spend" | "records";
const pages: readonly Page[] = ["advise", "batches", "spend", "records"];

function pageOf(hash: string): Page {
  return pages.find((p) => hash.startsWith(`#/${p}`)) ?? "advise";
}

/** The console: the language, the key, and the page that the address names. */
export function App() {
  const [locale, setLocale] = useState<Locale>();
  const [key, setKey] = useState(takeKey);
  const [turn, setTurn] = useState(0);
  const choose = async (l: Language) => {
    const next = await Locale.load(l);
    document.documentElement.lang = l;
    setLocale(next);
  };
  useEffect(() => { void choose(preferred([choice("language"), ...navigator.languages])); }, []);
  useEffect(() => {
    const taken = () => { const k = givenKey(); if (k) { setKey(k); setTurn((n) => n + 1); } };
    addEventListener("hashchange", taken);
    return () => removeEventListener("hashchange", taken);
  }, []);
  if (!locale) return null;
  const enter = (k: string) => { keepKey(k); setKey(k); setTurn(turn + 1); };
  const leave = () => { forgetKey(); setKey(""); };
  return (
    <LocaleContext.Provider value={locale}>
      {key === "" ? <Gate onKey={enter} onLanguage={choose} /> : <Signed key={turn} apiKey={key} onKey={enter} onLeave={leave} onLanguage={choose} />}
    </LocaleContext.Provider>
  );
}

function Signed(p: { apiKey: string; onKey: (key: string) => void; onLeave: () => void; onLanguage: (l: Language) => void }) {
  const { t } = useLocale();
  const client = useMemo(() => new Client({ key: p.apiKey }), [p.apiKey]);
  // Somebody watches the stages: a server that restarts is waited for, half a minute.
  const patient = useMemo(() => new Client({ key: p.apiKey, retries: 6 }), [p.apiKey]);
  const [page, setPage] = useState(() => pageOf(location.hash));
  const [models, setModels] = useState<Model[]>();
  const [error, setError] = useState<unknown>();
  const [refused, setRefused] = useState(false);
  useEffect(() => { client.models().then(setModels, setError); }, [client]);
  useEffect(() => {
    const moved = () => setPage(pageOf(location.hash));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => scrollTo(0, 0), [page]);
  useEffect(() => { document.title = `${t(`nav.${page}`)} · Ballast`; }, [page, t]);
  if (refused || (error instanceof BallastError && error.status === 401)) return <Gate refused onKey={p.onKey} onLanguage={p.onLanguage} />;
  return (
    <AnotherKey.Provider value={() => setRefused(true)}>
      <a class="skip" href={`#${page}`} onClick={(e) => { e.preventDefault(); const m = document.getElementById(page); m?.setAttribute("tabindex", "-1"); m?.focus(); }}>{t("nav.skip")}</a>
      <header>
        <div class="bar">
          <Brand />
          <nav aria-label={t("nav.pages")}>
            {pages.map((n) => <a href={`#/${n}`} aria-current={n === page ? "page" : undefined}>{t(`nav.${n}`)}</a>)}
          </nav>
          <Preferences onLanguage={p.onLanguage} />
          <button type="button" class="quiet" onClick={p.onLeave}>{t("nav.leave")}</button>
        </div>
        <Origin models={models} />
      </header>
      {error !== undefined && <Trouble error={error} />}
      <DecisionsProvider client={client}>
        <AdvisePage client={client} patient={patient} hidden={page !== "advise"} />
        {page === "batches" && <BatchesPage client={client} />}
        {page === "spend" && <SpendPage client={client} models={models ?? []} />}
        {page === "records" && <RecordsPage client={client} />}
      </DecisionsProvider>
      <footer class="foot"><a href="/docs">{t("foot.reference")}</a><a href="/openapi.json">{t("foot.contract")}</a><a href="/console/licences.txt">{t("foot.licences")}</a></footer>
    </AnotherKey.Provider>
  );
}

function Brand() {
  return <span class="brand"><img src="/console/icon.svg" alt="" width="22" height="22" />Ballast</span>;
}

/** Says from where the model's words come, always. */
function Origin({ models }: { models: Model[] | undefined }) {
  const { t } = useLocale();
  const model = models?.find((m) => m.in_use);
  if (!model) return null;
  if (model.provider === "emulator") return <p class="origin emulator" role="note">{t("origin.emulator")}</p>;
  return <p class="origin" role="note">{t("origin.bedrock", { name: model.name, region: model.region })}</p>;
}

const themes = ["auto", "light", "dark"] as const;

function Preferences({ onLanguage }: { onLanguage: (l: Language) => void }) {
  const { t, language } = useLocale();
  const [theme, setTheme] = useState(choice("theme") ?? "auto");
  useEffect(() => { document.documentElement.dataset["theme"] = theme; }, [theme]);
  return (
    <div class="preferences">
      <select aria-label={t("nav.language")} value={language} onChange={(e) => { keepChoice("language", e.currentTarget.value); onLanguage(e.currentTarget.value as Language); }}>
        {Object.entries(languages).map(([code, name]) => <option value={code} lang={code}>{name}</option>)}
      </select>
      <select aria-label={t("nav.theme")} value={theme} onChange={(e) => { keepChoice("theme", e.currentTarget.value); setTheme(e.currentTarget.value); }}>
        {themes.map((x) => <option value={x}>{t(`theme.${x}`)}</option>)}
      </select>
    </div>
  );
}

/** Asks for the key. */
function Gate(p: { refused?: boolean; onKey: (key: string) => void; onLanguage: (l: Language) => void }) {
  const { t } = useLocale();
  const [key, setKey] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <main class="gate">
      <form onSubmit={(e) => { e.preventDefault(); if (key.trim()) p.onKey(key.trim()); }}>
        <Brand />
        <h1>{t("gate.title")}</h1>
        <p>{t("gate.text")}</p>
        <div class={`field ${p.refused ? "faulty" : ""}`}>
          <label for="key">{t("gate.key")}</label>
          <input ref={field} id="key" type="password" autocomplete="off" spellcheck={false} value={key} onInput={(e) => setKey(e.currentTarget.value)} placeholder="blk_…"
            aria-invalid={p.refused ? true : undefined} aria-describedby={p.refused ? "key-fault key-help" : "key-help"} />
          {p.refused && <p class="fault" id="key-fault" role="alert">{t("gate.refused")}</p>}
        </div>
        <p class="hint" id="key-help">{t("gate.help")}</p>
        <button type="submit" class="primary">{t("gate.enter")}</button>
        <Preferences onLanguage={p.onLanguage} />
      </form>
    </main>
  );
}
