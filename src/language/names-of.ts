// What a workflow names beyond itself: whatever a run of it may need while nobody is signed in.

import type { DocumentNode } from "./document/document-node.ts";
import { secretsNamedIn } from "./late-lua.ts";
import type { Step } from "./workflow.ts";

export interface WorkflowNames {
  readonly secrets: readonly string[];
  /** Workflows of `workflow` steps. */
  readonly workflows: readonly string[];
  /** Types of the events that steps wait for. */
  readonly events: readonly string[];
}

/** Each name once. Rather a secret too many: every text of the document is looked through. */
export function namesOf(document: DocumentNode, steps: readonly Step[]): WorkflowNames {
  const secrets = new Set<string>();
  collectSecrets(document, secrets);
  const workflows = new Set<string>();
  const events = new Set<string>();
  for (const { action } of steps) {
    if (action.type === "workflow") workflows.add(action.name);
    if (action.type === "wait" && action.wait.for.type === "event") events.add(action.wait.for.event);
  }
  return { secrets: [...secrets], workflows: [...workflows], events: [...events] };
}

function collectSecrets(node: DocumentNode, found: Set<string>): void {
  if (node.type === "list") for (const item of node.items) collectSecrets(item, found);
  else if (node.type === "object") for (const { value } of node.entries) collectSecrets(value, found);
  else if (typeof node.value === "string") {
    for (const { name } of secretsNamedIn(node.value)) found.add(name);
  }
}
