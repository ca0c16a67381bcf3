// Whether a call that was announced has been sent, as far as its run can tell.

import type { RunState, TaskState } from "./state.ts";

/** Its time has not come, or had not when the run was paused: then it waits for the run to be resumed. */
export function isUnsent(
  { pausedAt }: Pick<RunState, "pausedAt">,
  { notBefore }: Pick<TaskState, "notBefore">,
  now: number,
): boolean {
  return notBefore > (pausedAt ?? now);
}
