// Which actions a run takes now; for each that it does not, why.

import type { RunResource } from "dispatched/client";

export type RunAction = "signal" | "pause" | "resume" | "cancel" | "retry" | "rerun" | "compensate";

/** Null where it may be done. */
export type WhyOff = Readonly<Record<RunAction, string | null>>;

const ends: ReadonlySet<string> = new Set(["completed", "failed", "cancelled", "timed_out"]);

export function hasEnded({ status, ended_at: endedAt }: Pick<RunResource, "status" | "ended_at">): boolean {
  return ends.has(status) && endedAt !== null;
}

/** @param takesSignals whether a step of the workflow waits for a signal; null while that is not known */
export function whyOff(run: RunResource, takesSignals: boolean | null): WhyOff {
  const ended = hasEnded(run) ? "The run has ended" : null;
  const going = ended === null ? "The run has not ended; cancel it first" : null;
  const child = run.parent === null ? null : `It is part of ${run.parent.run}: go to that run`;
  const ending = run.status === "compensating" ? "The run is being undone" : null;
  const paused = run.status === "paused";
  const completed = run.status === "completed" ? "Nothing failed; rerun it from a step instead" : null;
  return {
    signal:
      ended ?? ending ?? (takesSignals === false ? "No step of this workflow waits for a signal" : null),
    pause: ended ?? ending ?? (paused ? "The run is paused" : null),
    resume: ended ?? (paused ? null : "The run is not paused"),
    cancel: ended ?? ending,
    retry: going ?? child ?? completed,
    rerun: going ?? child,
    compensate: going ?? child ?? (run.compensation === "partial" ? null : "Nothing is left to be undone"),
  };
}
