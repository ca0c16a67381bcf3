// What a step is told of how one before it ended: its error, and the signals that its wait took.

import type { DurableEvent } from "../history.ts";
import { sameJson } from "./expected-value.ts";
import type { Say } from "./judge-runs.ts";
import { failureOf, type RunLog } from "./run-log.ts";
import { itemOf } from "./task-of.ts";
import { isEnd } from "./wait-log.ts";

interface Told {
  readonly error: string | null;
  readonly signal: string | null;
  readonly signals: unknown;
}

interface Signal {
  readonly name: string;
  readonly body: unknown;
}

/** `found` stands in `event`, of a step that reads how `id` ended. */
export function checkTold(log: RunLog, event: DurableEvent, id: string, found: unknown, say: Say): void {
  const step = log.model.steps.findIndex((one) => one.id === id);
  const own = log.events.filter(
    (one) => one.data["step"] === step && itemOf(one) === null && one.seq < event.seq,
  );
  const end = own.findLast(isEnd);
  // What a failure leaves of a wait, and a skip of retries, is told elsewhere.
  if (end?.type !== "step.succeeded" && end?.type !== "step.failed") return;
  const { error, signal, signals } = found as Told;
  const wanted = end.type === "step.failed" ? failureOf(end).code : null;
  const tell = (what: string) => say("a step is told how another ended", `${id}: ${what}`);
  if (error !== wanted) tell(`${error}, not ${wanted}`);
  if (end.type === "step.failed") return;
  const ended = own.findLast(({ type }) => type === "wait.ended");
  const taken = ((ended?.data["signals"] ?? []) as readonly number[]).map(
    (seq) => log.events[seq - 1]?.data as unknown as Signal,
  );
  const only = taken.length === 1 ? (taken[0]?.name ?? null) : null;
  if (signal !== only) tell(`${signal} came, not ${only}`);
  const all = Object.fromEntries(taken.map(({ name, body }) => [name, { name, body }]));
  if (!sameJson(signals, ended === undefined ? null : all)) tell(`${JSON.stringify(signals)} came`);
}
