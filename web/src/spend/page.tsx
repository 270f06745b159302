import type { Client, Model } from "@ballast/client";

export function SpendPage(_: { client: Client; models: readonly Model[] }) {
  return <main id="spend" />;
}
