// Everything that waits for people.

import { Page } from "../../look/page.tsx";

export function WaitsPage() {
  return <Page title="Waits">{null}</Page>;
}
