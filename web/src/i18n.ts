import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type advise from "./locales/en/advise.json";
import type batches from "./locales/en/batches.json";
import type form from "./locales/en/form.json";
import type records from "./locales/en/records.json";
import type spend from "./locales/en/spend.json";
import en from "words:en";

/** The languages of the API, each in its own name. */
export const languages = {
  en: "English", de: "Deutsch", fr: "Français", es: "Español", it: "Italiano", pt: "Português", nl: "Nederlands", ja: "日本語",
} as const;
export type Language = keyof typeof languages;
export type Word = keyof typeof advise | keyof typeof batches | keyof typeof form | keyof typeof records | keyof typeof spend;
type Catalogue = Readonly<Record<string, string>>;

const catalogues: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import("words:de")).default,
  fr: async () => (await import("words:fr")).default,
  es: async () => (await import("words:es")).default,
  it: async () => (await import("words:it")).default,
  pt: async () => (await import("words:pt")).default,
  nl: async () => (await import("words:nl")).default,
  ja: async () => (await import("words:ja")).default,
};

/** Where the names of codes stand in the catalogues, the first that has one counts. */
const groups = {
  class: ["class", "sector", "region"], value: ["value", "level", "objective", "debt", "class"], field: ["field", "factor"],
  fact: ["fact"], reason: ["reason"], limit: ["limit"],
} as const;

/** The reader's language, if it is one of the API's. */
export function preferred(wanted: readonly (string | null)[]): Language {
  for (const w of wanted) {
    const tag = (w ?? "").toLowerCase().split("-")[0]!;
    if (tag in languages) return tag as Language;
  }
  return "en";
}

/** Words and figures in one language. */
export class Locale {
  constructor(readonly language: Language, private readonly words: Catalogue) {}

  static async load(language: Language): Promise<Locale> {
    return new Locale(language, await catalogues[language]());
  }

  /** A sentence of the catalogue with its {places} filled. */
  t = (word: Word, values: Record<string, string | number> = {}): string =>
    (this.words[word] ?? en[word] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

  /** The name of a code of the API; codes without one are shown as they are, readable. */
  name = (group: keyof typeof groups, code: string): string => {
    const found = groups[group].map((g) => this.words[`${g}.${code}`] ?? en[`${g}.${code}`]).find(Boolean);
    const name = found ?? code.replaceAll("_", " ");
    return name.charAt(0).toLocaleUpperCase(this.language) + name.slice(1);
  };

  /**
   * What the service says of a code, in the reader's language. The service speaks English, and more exactly than a code
   * tells, so that its own words are shown in English and for codes without a sentence here.
   */
  said = (groups: readonly ("problem" | "said" | "asks" | "left")[], code: string, service: string): string =>
    (this.language === "en" ? undefined : groups.map((g) => this.words[`${g}.${code}`]).find(Boolean)) ?? service;

  percent = (ratio: string | number, digits = 1): string =>
    new Intl.NumberFormat(this.language, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(exact(ratio));

  /** A share of a whole, however small: two digits that say something. */
  share = (ratio: number): string =>
    new Intl.NumberFormat(this.language, { style: "percent", maximumSignificantDigits: 2 }).format(ratio);

  /** An amount; `brief` rounds it to whole units where these say enough. */
  money = (amount: string | number, currency: string, brief = false): string => {
    const places = !brief || Math.abs(Number(amount)) < 1000 ? {} : { minimumFractionDigits: 0, maximumFractionDigits: 0 };
    try {
      return new Intl.NumberFormat(this.language, { style: "currency", currency, currencyDisplay: "code", ...places }).format(exact(amount));
    } catch {
      return `${currency} ${this.number(amount)}`; // a code that this browser does not know
    }
  };

  number = (value: string | number, digits = 2): string =>
    new Intl.NumberFormat(this.language, { maximumFractionDigits: digits }).format(exact(value));

  /** A cost, exactly: budgets are kept in billionths of a dollar. */
  usd = (amount: string | number): string => `USD ${this.number(amount, 9)}`;

  time = (iso: string | number): string =>
    new Intl.DateTimeFormat(this.language, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));

  day = (iso: string): string =>
    new Intl.DateTimeFormat(this.language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));

  /** How long until something, in a unit that says it shortly; rounded up, so that it is not too early then. */
  until = (seconds: number): string => {
    const [unit, length] = seconds < 100 ? (["second", 1] as const) : seconds < 6000 ? (["minute", 60] as const) : seconds < 172800 ? (["hour", 3600] as const) : (["day", 86400] as const);
    return new Intl.RelativeTimeFormat(this.language).format(Math.ceil(seconds / length), unit);
  };

  seconds = (ms: number): string =>
    new Intl.NumberFormat(this.language, { style: "unit", unit: "second", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ms / 1000);
}

/** A decimal for Intl, which takes its text as it is: a number of JavaScript would round its 17th digit. */
const exact = (value: string | number) => value as number;

export const LocaleContext = createContext<Locale>(new Locale("en", en));
export const useLocale = (): Locale => useContext(LocaleContext);
