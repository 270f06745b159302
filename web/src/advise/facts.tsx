import { useEffect, useRef, useState } from "preact/hooks";

import type { Analysis } from "@ballast/client";
import { useLocale } from "../i18n";
import { Badge, Panel, useIDs } from "../ui/parts";
import { Evidence } from "./card";

/** Every computed figure, to be searched; those that are pointed at are lit and brought into view. */
export function Facts(p: { analysis: Analysis; lit: ReadonlySet<string> }) {
  const { t } = useLocale();
  const idOf = useIDs();
  const [filter, setFilter] = useState("");
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const first = list.current?.querySelector<HTMLElement>(".lit");
    if (first && list.current) list.current.scrollTop = first.offsetTop - list.current.clientHeight / 2;
  }, [p.lit]);
  const wanted = filter.trim().toLowerCase();
  const facts = p.analysis.facts.filter((f) => `${f.id} ${f.code} ${f.subject ?? ""} ${f.text}`.toLowerCase().includes(wanted) || p.lit.has(f.id));
  return (
    <Panel title={t("facts.title", { n: p.analysis.facts.length })} class="facts"
      aside={<input type="search" aria-label={t("facts.search")} placeholder={t("facts.search")} value={filter} onInput={(e) => setFilter(e.currentTarget.value)} />}>
      <ol ref={list} tabIndex={0} aria-label={t("facts.list")}>
        {facts.map((f) => (
          <li id={idOf(f.id)} key={f.id} class={p.lit.has(f.id) ? "lit" : undefined}><code>{f.id}</code><span>{f.text}</span></li>
        ))}
      </ol>
    </Panel>
  );
}

/** The rules that the portfolio breaks, or that its reader should know of. */
export function Findings(p: { analysis: Analysis; onPoint: (facts: readonly string[]) => void }) {
  const { t } = useLocale();
  return (
    <Panel title={t("findings.title", { n: p.analysis.findings.length })} class="findings">
      {p.analysis.findings.length === 0 && <p class="empty">{t("findings.none")}</p>}
      <ul>
        {p.analysis.findings.map((f) => (
          <li key={f.id}><Badge tone={f.severity}>{t(`severity.${f.severity}`)}</Badge><div><p>{f.text}</p><Evidence ids={f.evidence} onPoint={p.onPoint} /></div></li>
        ))}
      </ul>
    </Panel>
  );
}
