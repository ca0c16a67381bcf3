// Promise 6: timeouts of steps and runs are never early and not absurdly late.

import type { Broken } from "../history.ts";
import { callsOf, type RunCase, storyOf } from "./run-case.ts";
import { failureOf } from "./step-story.ts";

/** Crashes, jumps of the clock and a silent store may hold a timeout up, but not longer. */
const lateMaxMs = 90_000;

export function checkTimeouts(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  const report = (what: string) => broken.push({ promise: "timeout", run: run.run.run, what });
  for (const step of run.model.steps) {
    const { announced, end } = storyOf(run, step);
    for (const call of callsOf(run, step, false)) {
      if (call.timeoutMs !== step.responseTimeoutMs)
        report(`a call of ${step.id} may take ${call.timeoutMs} ms`);
    }
    const begun = announced[0]?.event.at ?? null;
    const timedOut = end?.type === "step.failed" && failureOf(end).kind === "step_timeout";
    if (step.timeoutMs === null || begun === null || end === null) {
      if (timedOut) report(`step ${step.id} timed out without a timeout`);
      continue;
    }
    const late = end.at - begun - step.timeoutMs;
    if (timedOut && late < 0) report(`step ${step.id} timed out ${-late} ms early`);
    if (late > lateMaxMs) report(`step ${step.id} ended ${late} ms after its timeout`);
  }
  const { ending, end, model } = run;
  const timedOut = ending?.data["status"] === "timed_out";
  if (model.timeoutMs === null) {
    if (timedOut) report("the run timed out without a timeout");
    return broken;
  }
  const badAt = ending?.at ?? end?.at ?? null;
  if (badAt === null) return broken;
  const late = badAt - run.startedAt - model.timeoutMs;
  if (timedOut && late < 0) report(`the run timed out ${-late} ms early`);
  if (late > lateMaxMs) report(`the run went on ${late} ms after its timeout`);
  return broken;
}
