// One run: what happened, why, and what can be done.

import { Page } from "../../look/page.tsx";

export function RunPage() {
  return <Page title="Run">{null}</Page>;
}
