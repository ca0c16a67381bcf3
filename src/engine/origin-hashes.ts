// By which the runs are found that hold what one run did first: outcomes that they took over, and keys that they kept.

import type { Workflow } from "../language/workflow.ts";
import type { Vault } from "../ports/vault.ts";
import { compensationOf } from "../run/compensate.ts";
import type { RunEvent } from "../run/event.ts";
import type { TenantId } from "../value/id.ts";

/** Keyed hash by which the runs are found that hold what `origin` did first. */
export function originHash(vault: Vault, tenant: TenantId, origin: string): Uint8Array {
  return vault.hash(tenant, "origin", origin);
}

/** The same of all that a new run holds and may undo. */
export function originHashes(
  vault: Vault,
  tenant: TenantId,
  workflow: Workflow,
  events: readonly RunEvent[],
): readonly Uint8Array[] {
  const origins = new Set<string>();
  for (const event of events) {
    if (event.type === "run.created") {
      for (const { step, run } of event.keptKeys ?? []) if (mayUndo(workflow, step)) origins.add(run);
    } else if (event.type === "step.carried" || event.type === "item.carried") {
      const { accepted, unknown = false } = event.outcome;
      if ((accepted || unknown) && mayUndo(workflow, event.step)) origins.add(event.from);
    }
  }
  return [...origins].map((origin) => originHash(vault, tenant, origin));
}

/** It has something by which the step can be undone. */
export function mayUndo({ steps }: Workflow, number: number): boolean {
  const step = steps[number];
  return step !== undefined && (step.action.type === "workflow" || compensationOf(step) !== null);
}
