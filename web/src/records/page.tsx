import type { Client } from "@ballast/client";

export function RecordsPage(_: { client: Client }) {
  return <main id="records" />;
}
