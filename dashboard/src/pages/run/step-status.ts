// The status word of a run and of a step, each from the fields that the engine tells, the same for lists and pages.

import type { RunItemResource, RunResource, StepItemResource, StepResource } from "dispatched/client";

/** Of a run, in a list or alone: what it is doing says more than that it runs or waits. */
export function runStatus({
  status,
  doing,
}: Pick<RunResource | RunItemResource, "status" | "doing">): string {
  const live = status === "running" || status === "waiting";
  return live && doing.includes("retrying") ? "retrying" : status;
}

export function stepStatus(step: StepResource): string {
  const { status, phase, next_attempt_at: nextAt, attempts, compensation } = step;
  if (compensation?.status === "running") return "compensating";
  if (compensation?.status === "succeeded") return "compensated";
  if (status !== "running") return status;
  if (phase === "wait" || phase === "sleep") return "waiting";
  return phase === "call" && nextAt !== null && attempts > 1 ? "retrying" : "running";
}

export function itemStatus(item: StepItemResource): string {
  const { status, phase, undo, attempts } = item;
  if (undo === "running") return "compensating";
  if (undo === "succeeded") return "compensated";
  if (status !== "running") return status;
  if (phase === "wait" || phase === "sleep") return "waiting";
  return phase === "call" && attempts > 1 ? "retrying" : "running";
}
