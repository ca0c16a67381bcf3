// What came for a wait for an event and is still to be judged: how much of it may stand, and which deadlines it holds up.

import type { Computed, ComputedValue } from "./need.ts";
import type { RunState, TaskState } from "./state.ts";

/**
 * Events that stand unjudged for one wait: a run holds their bodies in memory, and whoever sends events may send them faster
 * than the sandbox judges them. The others stay where events are stored, and are looked for as these are judged.
 */
export const unjudgedMax = 128;

/** How many further events the wait of the step takes now. */
export function roomForEvents({ signals }: RunState, step: number): number {
  const standing = signals.reduce((count, signal) => (signal.step === step ? count + 1 : count), 0);
  return Math.max(0, unjudgedMax - standing);
}

/** When the earliest came of what the wait of the step is still to judge; null without any. */
export function unjudgedSince({ signals, steps }: RunState, step: number): number | null {
  if (signals.length === 0 || steps[step]?.phase !== "wait") return null;
  let since: number | null = null;
  for (const signal of signals) {
    if (signal.step !== step || signal.item !== null) continue;
    if (since === null || signal.cameAt < since) since = signal.cameAt;
  }
  return since;
}

/** An event came when the time of its wait, or of the step, was over: it holds up neither. */
export function cameTooLate({ waitUntil, deadlineAt }: TaskState, cameAt: number): boolean {
  return cameAt >= (waitUntil ?? cameAt + 1) || cameAt >= (deadlineAt ?? cameAt + 1);
}

/** What the sandbox is asked about the event of a signal, among all that a run asks. */
export function judgmentOf(seq: number): string {
  return `event/${seq}`;
}

const judgment = /^event\/(\d+)\//;

/** Adds `results`, and forgets those about events that were judged: a run that is sent one event after the other never rests. */
export function addComputed(
  computed: Map<string, ComputedValue>,
  results: Computed,
  state: RunState | null,
): void {
  const standing = new Set(state?.signals.map(({ seq }) => String(seq)));
  for (const key of computed.keys()) {
    const seq = judgment.exec(key)?.[1];
    if (seq !== undefined && !standing.has(seq)) computed.delete(key);
  }
  for (const [key, result] of results) computed.set(key, result);
}
