// The secrets of a tenant: names, versions, hosts.

import { Page } from "../../look/page.tsx";

export function SecretsPage() {
  return <Page title="Secrets">{null}</Page>;
}
