// The headers that the engine itself sends with every call.

import type { Step, Workflow } from "../language/workflow.ts";
import { deriveSpanId } from "../value/derive.ts";
import type { CallEffect } from "./effect.ts";
import { keptKeyAt } from "./kept-key.ts";
import { type Place, taskAt } from "./place.ts";
import type { RunState } from "./state.ts";

/**
 * The same on every retry: `<run>/<step>`, with `/<index>` for an item and `/compensate` for a compensation. A step that
 * was carried over, or whose outcome was unknown, keeps the key of the run before.
 */
export function idempotencyKey(workflow: Workflow, state: RunState, effect: CallEffect): string {
  const step = workflow.steps[effect.step] as Step;
  const item = effect.item === null ? "" : `/${effect.item}`;
  const owner = keyOwner(state, { step, item: effect.item });
  return `${owner}/${step.id}${item}${effect.undo ? "/compensate" : ""}`;
}

/** The run whose id begins the keys of a task. */
export function keyOwner(state: RunState, place: Place): string {
  const { created } = state;
  const kept = keptKeyAt(created, place.step.number, place.item);
  return taskAt(state, place).carriedFrom ?? kept ?? created.run;
}

/**
 * Names in lowercase. `traceparent` as in W3C Trace Context, section 3.2; one span an attempt. A poll has no
 * idempotency key: it changes nothing.
 */
export function callHeaders(
  workflow: Workflow,
  state: RunState,
  effect: CallEffect,
): readonly (readonly [name: string, value: string])[] {
  const step = workflow.steps[effect.step] as Step;
  const { run, seed, traceId } = state.created;
  const headers: (readonly [string, string])[] = [
    ["dispatched-run", run],
    ["dispatched-step", step.id],
    ["dispatched-attempt", String(effect.attempt)],
    ["traceparent", `00-${traceId}-${deriveSpanId(seed, effect.id)}-01`],
    ["user-agent", "dispatched"],
  ];
  if (effect.poll === 0) headers.push(["idempotency-key", idempotencyKey(workflow, state, effect)]);
  return headers;
}
