// Promises 2, 4 and 6 on the wire: announced and durable before it is sent, one key, rising attempts, never early.

import type { Broken, Call } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { callsOf, type RunCase, storyOf } from "./run-case.ts";
import type { AttemptStory } from "./step-story.ts";

export function checkAnnounced(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  const known = new Set(run.model.steps.map((step) => step.id));
  for (const call of run.calls) {
    if (!known.has(call.step)) broken.push(of(run, `a call names the unknown step ${call.step}`));
  }
  for (const step of run.model.steps) {
    for (const undo of [false, true]) {
      const story = undo ? storyOf(run, step).undo : storyOf(run, step);
      const calls = callsOf(run, step, undo);
      for (const call of calls) {
        for (const what of [...unannounced(call, story), ...headersOf(run, step, call)]) {
          broken.push(of(run, `${place(call)}: ${what}`));
        }
      }
      // Beside a zombie the same attempt may be sent by both: the key makes that safe.
      if (!run.history.zombies) for (const what of notRising(calls)) broken.push(of(run, what));
    }
  }
  return broken;
}

function unannounced(call: Call, story: AttemptStory): readonly string[] {
  const announced = story.announced.find((one) => one.attempt === call.attempt);
  if (announced === undefined) return ["it was sent and never announced"];
  if (announced.event.order > call.sentOrder)
    return ["it was sent before the event that announces it was durable"];
  if (call.sentAt < announced.notBefore) {
    return [`it was sent ${announced.notBefore - call.sentAt} ms before its time`];
  }
  return [];
}

function headersOf(run: RunCase, step: StepModel, call: Call): readonly string[] {
  const wrong: string[] = [];
  const key = `${run.run.run}/${step.id}${call.undo ? "/compensate" : ""}`;
  if (call.key !== key) wrong.push(`its idempotency key is ${call.key}`);
  if (!Number.isInteger(call.attempt) || call.attempt < 1) wrong.push("its attempt is not a number from 1");
  const trace = new RegExp(`^00-${run.traceId}-[0-9a-f]{16}-01$`);
  if (!trace.test(call.headers["traceparent"] ?? "")) wrong.push("its traceparent is not of its run");
  if (call.headers["dispatched-run"] !== run.run.run) wrong.push("it names another run");
  return wrong;
}

function notRising(calls: readonly Call[]): readonly string[] {
  const wrong: string[] = [];
  calls.forEach((call, index) => {
    const before = calls[index - 1];
    if (before !== undefined && call.attempt <= before.attempt) {
      wrong.push(`${place(call)}: sent after attempt ${before.attempt}`);
    }
  });
  return wrong;
}

export function place(call: Call): string {
  return `attempt ${call.attempt} of ${call.undo ? "the compensation of " : ""}${call.step}`;
}

function of(run: RunCase, what: string): Broken {
  return { promise: "wire", run: run.run.run, what };
}
