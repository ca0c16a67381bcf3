// Folds the events of a task: a step, or one item of a strategy.

import { unreachable } from "../value/assert.ts";
import type { Json } from "../value/json.ts";
import type { PhaseEventBody, StepResult, TaskEventBody } from "./event.ts";
import type { Failure } from "./failure.ts";
import {
  type PageRead,
  type PollState,
  pendingTask,
  type RunState,
  type Signal,
  type TaskState,
} from "./state.ts";
import { isUnsent } from "./unsent.ts";

/** Seq and time of the event, and since when the run is paused. */
export type Moment = Pick<RunState, "seq" | "at" | "pausedAt">;

export function evolveTask(task: TaskState, event: TaskEventBody, moment: Moment): TaskState {
  const { seq, at } = moment;
  switch (event.type) {
    case "step.started":
    case "item.started":
      return {
        ...pendingTask,
        status: "running",
        phase: "call",
        attempt: event.attempt,
        notBefore: at,
        startedAt: at,
        deadlineAt: event.deadlineAt,
        request: event.request,
      };
    case "step.retrying":
    case "item.retrying":
      return {
        ...withFailure(task, event.failure),
        attempt: event.attempt,
        notBefore: event.notBefore,
        spent: event.spent,
        heldMs: event.heldMs ?? task.heldMs,
      };
    case "step.polled":
    case "item.polled":
      return {
        ...task,
        answer: event.answer ?? task.answer,
        accepted: true,
        unknown: false,
        notBefore: event.notBefore,
        failure: event.failure,
        poll: polled(task.poll, event, at),
      };
    case "step.paged":
    case "item.paged":
      return paged(task, event, at);
    case "step.succeeded":
    case "item.succeeded":
      return { ...succeeded(task, event.result), endedSeq: seq, endedAt: at };
    case "step.failed":
    case "item.failed":
      return {
        ...withFailure(task, event.failure),
        status: "failed",
        phase: null,
        endedSeq: seq,
        endedAt: at,
      };
    case "step.cancelled":
    case "item.cancelled":
      return {
        ...task,
        status: "cancelled",
        phase: null,
        unknown: task.unknown || isOnTheWire(task, moment),
        endedSeq: seq,
        endedAt: at,
      };
    default:
      return unreachable(event);
  }
}

/** `signals` are those that the event names. */
export function evolvePhase(
  task: TaskState,
  event: PhaseEventBody,
  signals: readonly Signal[],
  at: number,
): TaskState {
  const begun = task.status === "running" ? task : { ...pendingTask, startedAt: at };
  switch (event.type) {
    case "wait.started": {
      const waits = {
        ...begun,
        status: "running",
        phase: "wait",
        waitUntil: event.until,
        awaited: event.event ?? null,
      } as const;
      if (event.answer === undefined) return { ...waits, deadlineAt: event.deadlineAt };
      return { ...waits, answer: event.answer, accepted: true, unknown: false };
    }
    case "wait.ended":
      return { ...task, signals };
    case "sleep.started":
      return {
        ...begun,
        status: "running",
        phase: "sleep",
        notBefore: event.until,
        deadlineAt: event.deadlineAt,
      };
    case "child.started": {
      const { run, workflow, version, deadlineAt } = event;
      return {
        ...begun,
        status: "running",
        phase: "child",
        deadlineAt,
        child: { run, workflow, version, order: event, cancelled: false },
      };
    }
    case "value.computed":
      return task.poll === null ? task : { ...task, poll: { ...task.poll, unjudged: false } };
    case "child.cancelling":
      return {
        ...task,
        failing: event.failure ?? task.failing,
        child: task.child === null ? null : { ...task.child, cancelled: true },
      };
    case "child.ended":
      return { ...task, accepted: task.accepted || event.status === "completed" };
    case "wait.timed_out":
    case "wait.ignored":
    case "directive.received":
      return task;
    default:
      return unreachable(event);
  }
}

function paged(
  task: TaskState,
  event: Extract<TaskEventBody, { type: "step.paged" | "item.paged" }>,
  at: number,
): TaskState {
  const { notBefore, failure } = event;
  const poll = polled(task.poll, { ...event, unjudged: false }, at);
  const pages = event.items === null ? task.pages : pageAfter(task.pages, event.items);
  return { ...task, answer: null, accepted: true, unknown: false, notBefore, failure, poll, pages };
}

function pageAfter(before: PageRead | null, items: readonly Json[]): PageRead {
  return { number: (before?.number ?? 0) + 1, items, before };
}

export function polled(
  before: PollState | null,
  event: Pick<PollState, "count" | "target" | "spent" | "unjudged" | "source">,
  at: number,
): PollState {
  return {
    count: event.count,
    target: event.target,
    startedAt: before?.startedAt ?? at,
    spent: event.spent,
    unjudged: event.unjudged,
    ...(event.source === undefined ? {} : { source: event.source }),
  };
}

function succeeded(task: TaskState, result: StepResult): TaskState {
  const answered =
    result.type === "response" ||
    result.type === "polled" ||
    result.type === "paged" ||
    result.type === "child";
  return {
    ...task,
    status: "succeeded",
    phase: null,
    result,
    accepted: task.accepted || answered,
    unknown: false,
  };
}

/** An attempt was announced and its time had come: it may have been sent. A poll changes nothing. */
function isOnTheWire(task: TaskState, moment: Moment): boolean {
  return task.phase === "call" && task.poll === null && !isUnsent(moment, task, moment.at);
}

/**
 * What a failed attempt tells of the outcome: an answer settles it, silence after sending makes it unknown. A poll or a
 * page that fails tells nothing: the call was answered before.
 */
function withFailure(task: TaskState, failure: Failure): TaskState {
  return {
    ...task,
    failure,
    accepted: task.accepted || failure.accepted,
    unknown: task.poll === null && (failure.reach === "unknown" || (failure.reach === "no" && task.unknown)),
  };
}
