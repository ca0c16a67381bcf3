// What starts workflows by itself: schedules, hooks, grants, inbox.

import { Page } from "../../look/page.tsx";

export function AutomationsPage() {
  return <Page title="Automations">{null}</Page>;
}
