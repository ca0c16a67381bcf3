// One workflow: its versions, editor and trigger.

import { Page } from "../../look/page.tsx";

export function WorkflowPage() {
  return <Page title="Workflow">{null}</Page>;
}
