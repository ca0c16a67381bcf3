// What a log says of waits: the bodies that ended them, and the events between which a task is under way.

import type { DurableEvent } from "../history.ts";
import type { RunLog } from "./run-log.ts";
import { isAcceptance, itemOf } from "./task-of.ts";

/** The body of the signal with which a wait ended, or those of several by name. */
export function signalsOutput(log: RunLog, ended: DurableEvent): unknown {
  const bodies = (ended.data["signals"] as readonly number[]).map((seq) => log.events[seq - 1]);
  if (bodies.length === 1) return bodyOf(bodies[0]);
  return Object.fromEntries(bodies.map((event) => [String(event?.data["name"]), bodyOf(event)]));
}

function bodyOf(event: DurableEvent | undefined): unknown {
  return event?.data["body"] ?? null;
}

const beginnings: ReadonlySet<string> = new Set([
  "step.started",
  "strategy.started",
  "sleep.started",
  "wait.started",
  "child.started",
]);

/** The events by which a step begins. */
export function isBeginning(event: DurableEvent): boolean {
  return beginnings.has(event.type) && !isAcceptance(event) && itemOf(event) === null;
}

const ends: ReadonlySet<string> = new Set([
  "step.succeeded",
  "step.failed",
  "step.cancelled",
  "step.rejected",
  "step.skipped",
  "step.carried",
]);

/** The events by which a step ends. */
export function isEnd({ type }: DurableEvent): boolean {
  return ends.has(type);
}
