// Places: never more runs of a key than its limit, first in first out, none refused, cancelled or kept without reason.

import type { Broken, DurableEvent, History } from "../history.ts";
import { type ConcurrencyModel, uncut } from "../workload/outside-model.ts";
import { leftInAHurry } from "./left-in-a-hurry.ts";
import { isOpen } from "./open-tenants.ts";
import { isQuiet } from "./quiet.ts";
import { type RunLog, runLogs, terminalTypes } from "./run-log.ts";

/** Sweeps and commits on their way once a place is free. */
const slackMs = 8_000;
/** The pauses between several tries of an append, where something strikes. */
const struckMs = 20_000;

interface Claimant {
  readonly log: RunLog;
  readonly concurrency: ConcurrencyModel;
  readonly key: string;
  readonly queued: boolean;
  /** Orders; those that never came are infinite. `ended`: when it gave up its place, or its wait for one. */
  readonly entered: number;
  readonly started: number;
  readonly ended: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

const never = Number.POSITIVE_INFINITY;

export function checkSlots(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const say = (one: Claimant, promise: string, what: string) =>
    broken.push({ promise, run: one.log.run.run, what });
  const byKey = new Map<string, Claimant[]>();
  for (const log of runLogs(history)) {
    const one = claimantOf(log);
    if (one === null) continue;
    byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
    if (log.events[0]?.data["slotKey"] !== textOf(one)) say(one, "runs share a place by their key", one.key);
    const { queued } = one;
    if (queued && one.concurrency.onLimit === "reject")
      say(one, "a run that is refused does not wait", one.key);
    if (!queued && one.started > one.entered) say(one, "a run that waits for a place says so", one.key);
  }
  for (const group of byKey.values()) {
    // The line goes past what cannot be read; it has made the oldest end all the same.
    const readable = group.filter(({ log }) => !history.damaged.has(log.run.run));
    for (const one of readable) checkStart(history, one, readable, say);
    for (const one of group) checkCancel(history, one, group, say);
  }
  for (const left of history.slots) {
    if (leftInAHurry(history, left.split("/")[0] ?? "")) continue;
    broken.push({ promise: "no place is kept beyond the end", run: null, what: left });
  }
  return [...broken, ...checkRefusals(history, byKey)];
}

type Say = (one: Claimant, promise: string, what: string) => void;

function claimantOf(log: RunLog): Claimant | null {
  const { concurrency, name } = log.model;
  if (concurrency === null) return null;
  const queued = log.events.some(({ type }) => type === "run.queued");
  const first = log.events.find(({ type }) => type === "run.started" || type === "run.ending");
  // Its labels could not be made: it is to end from its first event on, and takes no place.
  if (!queued && first?.type === "run.ending") return null;
  const started = log.events.find(({ type }) => type === "run.started");
  // One that is to end before it has begun leaves the line at once, whatever it has to undo.
  const ended = first?.type === "run.ending" ? first : log.events.find(({ type }) => terminalTypes.has(type));
  return {
    log,
    concurrency,
    key: keyOf(log.run.tenant, name, concurrency, log.input),
    queued,
    entered: log.events[0]?.order ?? never,
    started: started?.order ?? never,
    ended: ended?.order ?? never,
    startedAt: started?.durableAt ?? never,
    endedAt: ended?.durableAt ?? never,
  };
}

export function keyOf(
  tenant: string,
  workflow: string,
  { key }: ConcurrencyModel,
  input: Readonly<Record<string, unknown>>,
): string {
  const missing = key === "cut" ? uncut : null;
  return `${tenant}/${workflow}/${key === null ? "" : JSON.stringify(input[key] ?? missing)}`;
}

function textOf({ key }: Claimant): string {
  return key.split("/")[2] ?? "";
}

/** How many stand before it at this order: those that hold a place, and those that wait and came earlier. */
function countBefore(history: History, one: Claimant, group: readonly Claimant[]): number {
  const order = one.started;
  return group.filter((other) => {
    if (other === one || other.ended < order) return false;
    return other.started < order || (other.entered < one.entered && !mayPassOver(history, one, other));
  }).length;
}

/** An attended run that waits keeps no other waiting while nobody can open it. */
function mayPassOver(history: History, one: Claimant, { log }: Claimant): boolean {
  const { startedAt } = one;
  if (!log.attended || one.log.attended) return false;
  return !isOpen(history, log.run.tenant, startedAt - struckMs, startedAt);
}

function checkStart(history: History, one: Claimant, group: readonly Claimant[], say: Say): void {
  if (one.started === never) return;
  const { limit } = one.concurrency;
  const before = countBefore(history, one, group);
  if (before >= limit) {
    say(one, "places are given first in first out, and never more than there are", `${before} of ${limit}`);
  }
  // Its turn came when the last that stood before it began or ended.
  let since = Math.max(history.faultsEndedAt, one.log.events[0]?.durableAt ?? 0);
  for (const other of group) {
    if (other.ended < one.started) since = Math.max(since, other.endedAt);
    // Since when nobody can open it, nobody tells.
    else if (other.started > one.started && other.entered < one.entered) return;
  }
  const late = one.startedAt - since - 2 * history.leaseTtlMs - slackMs;
  if (late > 0) say(one, "a place that is free is taken", `${late} ms too late`);
}

/** A cancel that nobody asked for makes room: it strikes the oldest holder that is not ending, for one that waits. */
function checkCancel(history: History, one: Claimant, group: readonly Claimant[], say: Say): void {
  const cancel = one.log.events.find(({ type }) => type === "run.cancel_requested");
  const { run: own, input } = one.log;
  const asked = history.cancels.some(
    ({ run, order }) => run === own.run || (order !== null && order === input["order"]),
  );
  if (cancel === undefined || asked) return;
  if ("parent" in (one.log.events[0]?.data ?? {})) return;
  // It may have got a place of itself while the cancel was on its way: the longer, the more often the store refused it.
  const { durableAt } = cancel;
  const since = durableAt - (isQuiet(history, durableAt - struckMs, durableAt) ? slackMs : struckMs);
  const waiting = group.filter(
    (other) => other !== one && other.entered < cancel.order && other.startedAt > since && other.queued,
  );
  // Of those that held a place when the last of them came, who came first, whether it waited or not.
  const lookedFor = Math.max(...waiting.map(({ entered }) => entered));
  const holders = group.filter((other) => other.started < lookedFor && other.ended > cancel.order);
  const older = holders.filter((other) => other.entered < one.entered);
  if (one.concurrency.onLimit !== "cancel_oldest" || waiting.length === 0)
    say(one, "nobody is cancelled unasked", one.key);
  // Those that are ending already are passed over; the one that was chosen may have ended in the same moment.
  const struck = older.filter((other) => !other.log.events.some(isEnding));
  if (struck.length > 0) say(one, "the oldest makes room", `${older.length} are older`);
}

/** It is to end, badly or because a service said that it is complete. */
function isEnding({ type, data }: DurableEvent): boolean {
  if (type !== "directive.received" || data["allowed"] !== true) return type === "run.ending";
  return (data["directive"] as { readonly type: string }).type === "complete";
}

/** A start is refused only when at some moment since it was asked every place was taken. */
function checkRefusals(history: History, byKey: ReadonlyMap<string, readonly Claimant[]>): readonly Broken[] {
  return history.limited.flatMap(({ key, beganOrder, heardOrder, limit, onLimit }): readonly Broken[] => {
    const group = byKey.get(key) ?? [];
    const moments = group
      .flatMap(({ started }) => (started < heardOrder ? [Math.max(started, beganOrder)] : []))
      .concat(beganOrder);
    const full = moments.some(
      (at) => group.filter(({ started, ended }) => started <= at && ended > at).length >= limit,
    );
    if (onLimit === "reject" && full) return [];
    return [{ promise: "a start is refused only when no place is free", run: null, what: key }];
  });
}
