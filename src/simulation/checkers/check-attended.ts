// Attended runs go on only where somebody of their tenant has signed in; all others need nobody.

import type { Broken, History } from "../history.ts";
import { type RunLog, rootOf, runLogs, stepOf, terminalTypes } from "./run-log.ts";

/** From what an engine hears until it is durable, on a disk that is slow, down, and tried again later and later. */
const appendMaxMs = 25_000;

/** Sweeps, the lease, and a look at what is locked every few seconds. */
const restingAsksMax = 250;

type Say = (promise: string, run: string, what: string) => void;

export function checkAttended(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const say: Say = (promise, run, what) => broken.push({ promise, run, what });
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  for (const { run, attended } of logs.values()) {
    if (run.attended !== attended)
      say("whether a run is attended is said by the workflow at the top", run.run, String(run.attended));
  }
  checkCalls(history, logs, say);
  checkClaims(history, say);
  for (const asks of history.restingAsks) {
    if (asks <= restingAsksMax) continue;
    const what = `the store was asked ${asks} times in ten seconds`;
    broken.push({ promise: "an engine does not spin on what is locked", run: null, what });
  }
  for (const log of logs.values()) checkFailures(history, log, say);
  for (const { run, beganOrder, order } of history.lockedAnswers) {
    const log = logs.get(run);
    if (log === undefined || log.attended) continue;
    const top = logs.get(rootOf(log.run));
    if (top !== undefined && isActive(top, beganOrder) && isActive(top, order))
      say("what is sent to an active run is taken while nobody is signed in", run, "it was told to wait");
  }
  return broken;
}

/** It must have been read, or begun, by a process that knew its tenant's keys. */
function checkCalls(history: History, logs: ReadonlyMap<string, RunLog>, say: Say): void {
  for (const { run, process, step, sentOrder } of history.calls) {
    const log = logs.get(run);
    if (log?.attended !== true) continue;
    const opened = history.lives[process]?.opened ?? [];
    const wasOpen = opened.some(
      ({ tenant, fromOrder }) => tenant === log.run.tenant && fromOrder < sentOrder,
    );
    if (!wasOpen) say("an attended run waits for a sign-in after a restart", run, `it called for ${step}`);
  }
}

/** Where nobody is signed in it is left to other nodes. */
function checkClaims(history: History, say: Say): void {
  for (const { run, tenant, process, askedAt } of history.claims) {
    const opened = history.lives[process]?.opened ?? [];
    const wasOpen = opened.some(
      (span) => span.tenant === tenant && span.from <= askedAt && (span.to ?? askedAt) >= askedAt,
    );
    if (!wasOpen) say("an attended run is taken only where its tenant is open", run, `by process ${process}`);
  }
}

/** What is locked waits: no step fails of that. */
function checkFailures(history: History, log: RunLog, say: Say): void {
  const { run, events } = log;
  for (const event of events) {
    const failure = event.data["failure"] as { readonly code: string } | null | undefined;
    if (failure?.code === "locked") say("nothing fails because nobody is signed in", run.run, event.type);
    // A strategy fails of what one of its items failed of before.
    const isTold = event.type === "step.failed" && stepOf(log, event)?.strategy != null;
    if (failure?.code !== "secret_not_readable" || isTold) continue;
    const { durableAt } = event;
    if (!history.readFailures.some((at) => at <= durableAt && at > durableAt - appendMaxMs))
      say("a secret is said not to be readable only when it could not be read", run.run, event.type);
  }
}

function isActive({ events }: RunLog, order: number): boolean {
  const ended = events.find(({ type }) => terminalTypes.has(type));
  return (events[0]?.order ?? order) < order && (ended?.order ?? order) >= order;
}
