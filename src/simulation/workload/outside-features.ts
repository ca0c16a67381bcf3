// What of the outside world a generated workflow meets, by name.

import type { StrategyModel } from "./language-model.ts";
import type { StepModel, WorkflowModel } from "./model.ts";
import type { WaitModel } from "./outside-model.ts";

export const outsideFeatures = [
  "wait_signal",
  "wait_any",
  "wait_all",
  "wait_event",
  "wait_event_subject",
  "wait_event_cut",
  "wait_event_when",
  "wait_event_lua",
  "wait_event_jsonpath",
  "wait_event_errs",
  "wait_callback",
  "wait_schema",
  "on_timeout_fail",
  "on_timeout_reject",
  "on_timeout_continue",
  "child",
  "child_compensate",
  "child_timeout",
  "child_items",
  "child_race",
  "child_reduce",
  "child_batch",
  "child_items_undone",
  "child_items_compensate",
  "attended",
  "child_of_attended",
  "concurrency_key",
  "concurrency_cut",
  "cron_none",
  "cron_latest",
  "event_trigger",
  "event_trigger_when",
  "on_limit_queue",
  "on_limit_reject",
  "on_limit_cancel_oldest",
  "respond_end",
  "respond_after",
  "respond_text",
  "respond_script",
  "respond_header",
  "sync_timeout",
] as const;

export type OutsideFeature = (typeof outsideFeatures)[number];

/** Of steps that make no call: no fault of a call meets them. */
export const outsideWithoutCall: ReadonlySet<string> = new Set<OutsideFeature>([
  "wait_signal",
  "wait_any",
  "wait_all",
  "wait_event",
  "wait_event_subject",
  "wait_event_cut",
  "wait_event_when",
  "wait_event_lua",
  "wait_event_jsonpath",
  "wait_event_errs",
  "child",
  "child_compensate",
  "child_timeout",
  "child_items",
  "child_race",
  "child_reduce",
  "child_batch",
  "child_items_undone",
  "child_items_compensate",
  "child_of_attended",
]);

/** Those that a run is done with once it has answered. */
export const respondFeatures: readonly OutsideFeature[] = [
  "respond_end",
  "respond_after",
  "respond_text",
  "respond_script",
  "respond_header",
];

/** Of what started a run. */
export function outsideOfTrigger({ event, cron }: WorkflowModel, type: string): readonly OutsideFeature[] {
  if (type === "cron" && cron !== null) return [`cron_${cron.catchUp}`];
  if (type !== "event" || event === null) return [];
  return [event.above === null ? "event_trigger" : "event_trigger_when"];
}

/** Of a run as a whole. */
export function outsideOfRun({
  concurrency,
  respond,
  syncTimeoutMs,
  mode,
}: WorkflowModel): readonly OutsideFeature[] {
  const found: OutsideFeature[] = [];
  if (mode === "attended") found.push("attended");
  if (concurrency !== null) found.push(`on_limit_${concurrency.onLimit}`);
  if (concurrency !== null && concurrency.key !== null) found.push("concurrency_key");
  if (concurrency?.key === "cut") found.push("concurrency_cut");
  if (syncTimeoutMs !== null) found.push("sync_timeout");
  if (respond === null) return found;
  found.push(respond.after === null ? "respond_end" : "respond_after");
  if (respond.header) found.push("respond_header");
  if (respond.form === "text") found.push("respond_text");
  else if (respond.lang !== "path") found.push("respond_script");
  return found;
}

export function outsideOfStep(
  { mode }: WorkflowModel,
  { wait, child, compensate, timeoutMs, strategy }: StepModel,
): readonly OutsideFeature[] {
  if (child === null) return featuresOfWait(wait);
  return [
    "child",
    ...(mode === "attended" ? ["child_of_attended" as const] : []),
    ...(compensate === null ? [] : ["child_compensate" as const]),
    ...(timeoutMs === null ? [] : ["child_timeout" as const]),
    ...(strategy === null ? [] : featuresOfItems(strategy, compensate !== null)),
  ];
}

function featuresOfItems({ type }: StrategyModel, compensates: boolean): readonly OutsideFeature[] {
  const kind = type === "scatter" || type === "fan_out" ? [] : [`child_${type}` as const];
  return ["child_items", ...kind, compensates ? "child_items_compensate" : "child_items_undone"];
}

const whenFeatures = {
  path: "wait_event_when",
  jsonpath: "wait_event_jsonpath",
  lua: "wait_event_lua",
} as const;

function featuresOfWait(wait: WaitModel | null): readonly OutsideFeature[] {
  if (wait === null) return [];
  const { for: wanted, schema, onTimeout } = wait;
  const found: OutsideFeature[] = [`on_timeout_${onTimeout}`];
  if (schema) found.push("wait_schema");
  if (wanted.type === "callback") found.push("wait_callback");
  else if (wanted.type === "event") {
    found.push("wait_event");
    if (wanted.subject !== null) found.push("wait_event_subject");
    if (wanted.subject === "cut") found.push("wait_event_cut");
    if (wanted.when !== null) found.push(whenFeatures[wanted.when.lang]);
    if (wanted.when?.errs === true) found.push("wait_event_errs");
  } else found.push(wanted.names.length === 1 ? "wait_signal" : `wait_${wanted.type}`);
  return found;
}
