// The statuses of a run and of a step.

export const runStatuses = [
  "queued",
  "running",
  "waiting",
  "paused",
  "compensating",
  "completed",
  "failed",
  "cancelled",
  "timed_out",
] as const;

export type RunStatus = (typeof runStatuses)[number];

export type TerminalStatus = "completed" | "failed" | "cancelled" | "timed_out";

export function isTerminal(status: RunStatus): status is TerminalStatus {
  return status === "completed" || status === "failed" || status === "cancelled" || status === "timed_out";
}

/** `pending` has not been decided yet; `running` has begun; the others are ends. */
export const stepStatuses = [
  "pending",
  "running",
  "succeeded",
  "failed",
  "skipped",
  "rejected",
  "cancelled",
] as const;

export type StepStatus = (typeof stepStatuses)[number];
