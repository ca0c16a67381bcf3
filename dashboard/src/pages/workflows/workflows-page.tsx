// The workflows of a tenant.

import { Page } from "../../look/page.tsx";

export function WorkflowsPage() {
  return <Page title="Workflows">{null}</Page>;
}
