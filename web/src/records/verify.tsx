import { useState } from "preact/hooks";

import type { Client, Verification } from "@ballast/client";
import { useLocale } from "../i18n";
import { Badge, Panel, Trouble } from "../ui/parts";

/** Proves that no record was changed, removed, moved or put in between. */
export function Verify({ client }: { client: Client }) {
  const { t, number } = useLocale();
  const [found, setFound] = useState<Verification>();
  const [error, setError] = useState<unknown>();
  const verify = () => {
    setFound(undefined);
    setError(undefined);
    client.verifyJournal().then(setFound, setError);
  };
  return (
    <Panel title={t("verify.title")} class="verify" aside={<button type="button" onClick={verify}>{t("verify.run")}</button>}>
      <div role="status">
        {found?.holds && <p><Badge tone="kept">✓</Badge> {t("verify.holds", { n: number(found.records) })}</p>}
        {found && !found.holds && <p class="trouble">{t("verify.broken", { n: number(found.fault?.number ?? 0), what: t(`chain.${found.fault?.what ?? "head"}`) })}</p>}
        {found && <p class="note">{t("verify.head")} <code>{found.head}</code></p>}
      </div>
      {error !== undefined && <Trouble error={error} retry={verify} />}
    </Panel>
  );
}
