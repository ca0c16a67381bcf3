// What is to be undone of a run, and in which order: the last end first.

import type { DurableEvent } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { failureOf, isSuccessStatus, type RunLog, stepOf } from "./run-log.ts";
import { itemOf, taskOf } from "./task-of.ts";

interface Outcome {
  accepted: boolean;
  unknown: boolean;
  endedSeq: number;
  notBefore: number;
  /** It polls, or waits for its callback: nothing of it is on the wire. */
  polls: boolean;
}

export interface UndoOrder {
  /** Steps of which something is to be undone. */
  readonly steps: readonly string[];
  /** Of a strategy: its items. */
  readonly items: ReadonlyMap<string, readonly number[]>;
}

export function undoOrder(log: RunLog): UndoOrder {
  const outcomes = outcomesOf(log);
  const items = new Map<string, readonly number[]>();
  const steps: { readonly id: string; readonly endedSeq: number }[] = [];
  for (const step of log.model.steps) {
    const own = outcomes.get(step.id)?.get(null);
    if (own === undefined || own.endedSeq === 0) continue;
    if (step.strategy !== null) {
      const undone = itemsToUndo(step, outcomes.get(step.id) ?? new Map());
      if (undone.length === 0) continue;
      items.set(step.id, undone);
    } else if (!isUndoable(step, own)) continue;
    steps.push({ id: step.id, endedSeq: own.endedSeq });
  }
  return { steps: steps.sort((a, b) => b.endedSeq - a.endedSeq).map(({ id }) => id), items };
}

function itemsToUndo(step: StepModel, outcomes: ReadonlyMap<number | null, Outcome>): readonly number[] {
  return [...outcomes]
    .flatMap(([item, outcome]) => (item !== null && isUndoable(step, outcome) ? [{ item, outcome }] : []))
    .sort((a, b) => b.outcome.endedSeq - a.outcome.endedSeq)
    .map(({ item }) => item);
}

/** A child that has no compensation by its step undoes itself. */
function isUndoable({ kind, compensate }: StepModel, { accepted, unknown, endedSeq }: Outcome): boolean {
  if (endedSeq === 0) return false;
  if (compensate === null) return kind === "child" && accepted;
  return accepted || (unknown && compensate.whenUnknown);
}

/** By step and item; null for the step itself. */
export function outcomesOf(log: RunLog): ReadonlyMap<string, ReadonlyMap<number | null, Outcome>> {
  const found = new Map<string, Map<number | null, Outcome>>();
  let pausedAt: number | null = null;
  for (const event of log.events) {
    if (event.type === "run.paused") pausedAt = event.at;
    if (event.type === "run.resumed") pausedAt = null;
    const task = event.type === "child.ended" ? childOf(log, event) : taskOf(log, event);
    if (task === null || task.undo) continue;
    const { step, item, verb } = task;
    if (step.kind !== "request" && step.kind !== "child") continue;
    const ofStep = found.get(step.id) ?? new Map<number | null, Outcome>();
    found.set(step.id, ofStep);
    const outcome = ofStep.get(item) ?? newOutcome();
    ofStep.set(item, outcome);
    // An attempt that is dropped once its time has come may have been sent, unless a pause kept it back.
    const mayBeSent = outcome.notBefore <= (pausedAt ?? event.at);
    take(outcome, { step, verb, mayBeSent }, event);
    if (verb === "started") outcome.unknown = keepsKey(log, event);
  }
  return found;
}

/** What became of its call in an earlier run is unknown still. */
function keepsKey(log: RunLog, event: DurableEvent): boolean {
  type Kept = readonly { readonly step: number; readonly item: number | null }[];
  const kept = (log.events[0]?.data["keptKeys"] ?? []) as Kept;
  return kept.some(({ step, item }) => step === event.data["step"] && item === itemOf(event));
}

/** A child that completed is accepted, also where its step has failed because it took too long. */
function childOf(log: RunLog, event: DurableEvent) {
  const step = stepOf(log, event);
  if (step === null || event.data["status"] !== "completed") return null;
  return { step, item: itemOf(event), undo: false, verb: "accepted" };
}

function newOutcome(): Outcome {
  return { accepted: false, unknown: false, endedSeq: 0, notBefore: 0, polls: false };
}

interface Taken {
  readonly step: StepModel;
  readonly verb: string;
  readonly mayBeSent: boolean;
}

function take(outcome: Outcome, { step, verb, mayBeSent }: Taken, event: DurableEvent): void {
  if (verb === "carried") {
    const carried = event.data["outcome"] as { readonly accepted: boolean; readonly unknown?: boolean };
    outcome.accepted = carried.accepted;
    outcome.unknown = carried.unknown === true;
    outcome.endedSeq = event.seq;
  }
  if (verb === "started") outcome.notBefore = event.at;
  if (verb === "succeeded" || verb === "polled" || verb === "accepted") {
    outcome.accepted = true;
    outcome.unknown = false;
    outcome.polls ||= verb !== "succeeded";
  }
  if (verb === "skipped" && event.data["reason"] === "directive") {
    const answer = event.data["answer"] as { readonly status: number } | undefined;
    if (answer !== undefined && isSuccessStatus(step, answer.status)) outcome.accepted = true;
    outcome.unknown = false;
  }
  if (verb === "retrying" || verb === "failed") {
    const { reach, status, kind } = failureOf(event);
    if (status !== null && isSuccessStatus(step, status) && kind !== "status") outcome.accepted = true;
    if (outcome.polls) outcome.accepted = true;
    outcome.unknown = !outcome.polls && (reach === "unknown" || (reach === "no" && outcome.unknown));
    outcome.notBefore = Number(event.data["notBefore"] ?? outcome.notBefore);
  }
  // A poll changes nothing.
  const called = step.kind === "request" && !outcome.polls && mayBeSent;
  if (verb === "cancelled" && called) outcome.unknown = true;
  if (["succeeded", "failed", "cancelled", "rejected", "skipped"].includes(verb))
    outcome.endedSeq = event.seq;
}
