// The headers that the engine itself sends with every call.

import type { Step, Workflow } from "../language/workflow.ts";
import { deriveSpanId } from "../value/derive.ts";
import type { CallEffect } from "./effect.ts";
import type { RunState } from "./state.ts";

/** The same on every retry: `<run>/<step>`, with `/compensate` at the end for a compensation. */
export function idempotencyKey(workflow: Workflow, state: RunState, effect: CallEffect): string {
  const step = workflow.steps[effect.step] as Step;
  return `${state.created.run}/${step.id}${effect.undo ? "/compensate" : ""}`;
}

/** Names in lowercase. `traceparent` as in W3C Trace Context, section 3.2; one span an attempt. */
export function callHeaders(
  workflow: Workflow,
  state: RunState,
  effect: CallEffect,
): readonly (readonly [name: string, value: string])[] {
  const step = workflow.steps[effect.step] as Step;
  const { run, seed, traceId } = state.created;
  return [
    ["dispatched-run", run],
    ["dispatched-step", step.id],
    ["dispatched-attempt", String(effect.attempt)],
    ["idempotency-key", idempotencyKey(workflow, state, effect)],
    ["traceparent", `00-${traceId}-${deriveSpanId(seed, effect.id)}-01`],
    ["user-agent", "dispatched"],
  ];
}
