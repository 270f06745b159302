import { useState } from "preact/hooks";

import type { Client } from "@ballast/client";
import { useLocale } from "../i18n";
import { Trouble } from "../ui/parts";

// The one place where text becomes a document. It is the server's report, which
// has every word of the answer escaped, and the frame may run nothing.
const policy = window.trustedTypes?.createPolicy("ballast-report", { createHTML: (html) => html });

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): string } };
  }
}

/** Prints the server's report of a recommendation: the same two pages as on the command line. */
export function PrintButton(p: { client: Client; id: string }) {
  const { t, language } = useLocale();
  const [html, setHTML] = useState("");
  const [error, setError] = useState<unknown>();
  const open = async () => {
    setError(undefined);
    try {
      setHTML(await p.client.report(p.id, { language }));
    } catch (e) {
      setError(e);
    }
  };
  return (
    <div class="print">
      <button type="button" onClick={() => void open()}>{t("print.open")}</button>
      {error !== undefined && <Trouble error={error} />}
      {html !== "" && (
        <iframe class="report-frame" title={t("print.title")} sandbox="allow-same-origin allow-modals" ref={(frame) => { if (frame && !frame.srcdoc) frame.srcdoc = (policy?.createHTML(html) ?? html) as string; }}
          onLoad={(e) => { const w = e.currentTarget.contentWindow; if (w?.document.body?.childElementCount) { w.addEventListener("afterprint", () => setHTML("")); w.print(); } }} />
      )}
    </div>
  );
}
