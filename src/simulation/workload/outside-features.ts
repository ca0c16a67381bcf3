// What of the outside world a generated workflow meets, by name.

import type { StepModel, WorkflowModel } from "./model.ts";
import type { WaitModel } from "./outside-model.ts";

export const outsideFeatures = [
  "wait_signal",
  "wait_any",
  "wait_all",
  "wait_event",
  "wait_event_subject",
  "wait_event_when",
  "wait_callback",
  "wait_schema",
  "on_timeout_fail",
  "on_timeout_reject",
  "on_timeout_continue",
  "child",
  "child_compensate",
  "child_timeout",
  "concurrency_key",
  "cron_none",
  "cron_latest",
  "event_trigger",
  "event_trigger_when",
  "on_limit_queue",
  "on_limit_reject",
  "on_limit_cancel_oldest",
] as const;

export type OutsideFeature = (typeof outsideFeatures)[number];

/** Of steps that make no call: no fault of a call meets them. */
export const outsideWithoutCall: ReadonlySet<string> = new Set<OutsideFeature>([
  "wait_signal",
  "wait_any",
  "wait_all",
  "wait_event",
  "wait_event_subject",
  "wait_event_when",
  "child",
  "child_compensate",
  "child_timeout",
]);

/** Of a whole workflow. */
export function outsideOfWorkflow({ concurrency, event, cron }: WorkflowModel): readonly OutsideFeature[] {
  const found: OutsideFeature[] = [];
  if (concurrency !== null) found.push(`on_limit_${concurrency.onLimit}`);
  if (concurrency !== null && concurrency.key !== null) found.push("concurrency_key");
  if (cron !== null) found.push(`cron_${cron.catchUp}`);
  if (event !== null) found.push(event.above === null ? "event_trigger" : "event_trigger_when");
  return found;
}

export function outsideOfStep({ wait, child, compensate, timeoutMs }: StepModel): readonly OutsideFeature[] {
  if (child === null) return featuresOfWait(wait);
  return [
    "child",
    ...(compensate === null ? [] : ["child_compensate" as const]),
    ...(timeoutMs === null ? [] : ["child_timeout" as const]),
  ];
}

function featuresOfWait(wait: WaitModel | null): readonly OutsideFeature[] {
  if (wait === null) return [];
  const { for: wanted, schema, onTimeout } = wait;
  const found: OutsideFeature[] = [`on_timeout_${onTimeout}`];
  if (schema) found.push("wait_schema");
  if (wanted.type === "callback") found.push("wait_callback");
  else if (wanted.type === "event") {
    found.push("wait_event");
    if (wanted.subject) found.push("wait_event_subject");
    if (wanted.above !== null) found.push("wait_event_when");
  } else found.push(wanted.names.length === 1 ? "wait_signal" : `wait_${wanted.type}`);
  return found;
}
