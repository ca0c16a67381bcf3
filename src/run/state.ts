// The state of a run: what its events fold to.

import type { RecordedRequest, RecordedText } from "../language/recorded-request.ts";
import type { Json } from "../value/json.ts";
import type { PersistentList } from "../value/persistent-list.ts";
import type {
  Answer,
  BadStatus,
  Cause,
  CompensationResult,
  Responded,
  RunCreated,
  SkipReason,
  StepResult,
  StrategyStarted,
} from "./event.ts";
import type { Failure } from "./failure.ts";
import type { RunStatus, StepStatus } from "./status.ts";

export interface RunState {
  /** Seq and time of the last event. */
  readonly seq: number;
  readonly at: number;
  /** Bodies of it may stand apart from its events. */
  readonly stores: boolean;
  readonly status: RunStatus;
  readonly created: RunCreated;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly deadlineAt: number | null;
  /** By step number. */
  readonly steps: readonly StepState[];
  /** Numbers of the steps that have begun and not ended, in the order in which they began. */
  readonly open: readonly number[];
  /** How many steps are still to be decided. */
  readonly pendingCount: number;
  /** Nothing new starts. */
  readonly paused: boolean;
  /** Since when; null while it is not. */
  readonly pausedAt: number | null;
  readonly ending: Ending | null;
  /** A service said that the run is complete: nothing new starts, and it ends well as soon as its output is computed. */
  readonly completing: boolean;
  readonly cancelRequested: boolean;
  /** False once a cancel asked for no compensation. */
  readonly compensates: boolean;
  /** Number of the step that is being undone, or null. */
  readonly undoing: number | null;
  /** Signals that came and were not taken yet, oldest first. */
  readonly signals: readonly Signal[];
  /** Idempotency keys of the latest signals and callbacks, oldest first; those of events are with their waits. */
  readonly signalKeys: readonly string[];
  /** What came under such keys, by its keyed hash, as far as the log tells. */
  readonly signalsSent: readonly { readonly key: string; readonly sent: string }[];
  readonly responded: Responded | null;
  /** Holds the output of a run that completed. */
  readonly result: { readonly output: Json } | null;
  readonly compensation: CompensationResult | null;
  /** It ended, and what can be undone is undone (again). */
  readonly reopened: boolean;
  /** The occasion on which its parent had it undone last, or null. */
  readonly undoneBy: string | null;
  /** Bytes of bodies and values recorded so far, near enough for the limit; of what came for waits for events only what they took. */
  readonly dataBytes: number;
  /** How many events of the log tell of what such waits did not take: they do not count for the limit. */
  readonly passedOver: number;
}

export interface Ending {
  readonly status: BadStatus;
  readonly cause: Cause;
}

export interface Signal {
  /** Seq of the event that recorded it. */
  readonly seq: number;
  readonly name: string;
  readonly body: Json;
  /** Whose wait it is for, when it is for one only: number of the step and of the item. */
  readonly step: number | null;
  readonly item: number | null;
  /** When it was recorded, or, of an event, came in before that; 0 of one that a rerun took over. */
  readonly cameAt: number;
}

/** What a running task does. */
export type Phase = "call" | "wait" | "sleep" | "child" | "items";

export interface AwaitedEvent {
  readonly type: string;
  readonly subject: string | null;
  /** When the latest event came in that the wait has looked at; absent before the first. */
  readonly lookedTo?: number;
  /** Keys of those that it was offered and may be offered again, by the moment in which they came in. */
  readonly offered?: readonly { readonly at: number; readonly keys: readonly string[] }[];
}

/** A step, or one item of a strategy. */
export interface TaskState {
  readonly status: StepStatus;
  /** Null while it does not run. */
  readonly phase: Phase | null;
  /** The current or last attempt, from 1; 0 before the first. */
  readonly attempt: number;
  /** When the attempt or poll may be sent, or the sleep ends. */
  readonly notBefore: number;
  readonly spent: number;
  readonly startedAt: number;
  /** How long its attempts were held back by the rule of their host, the current one not counted. */
  readonly heldMs: number;
  readonly deadlineAt: number | null;
  readonly request: RecordedRequest | null;
  readonly result: StepResult | null;
  /** Of the last attempt that failed. */
  readonly failure: Failure | null;
  /** The request's answer while the task still polls or waits, and afterwards. */
  readonly answer: Answer | null;
  readonly poll: PollState | null;
  /** Of a call with pages: those that were read, the last first. */
  readonly pages: PageRead | null;
  /** When the wait ends by itself, and the signals that ended it. */
  readonly waitUntil: number | null;
  readonly signals: readonly Signal[] | null;
  /** Of a wait for an event: which. */
  readonly awaited: AwaitedEvent | null;
  readonly child: ChildState | null;
  /** What it fails with as soon as its children have ended: they were told to. */
  readonly failing: Failure | null;
  /** Its request was answered with a success status at least once: it is to be undone. */
  readonly accepted: boolean;
  /** An attempt may have reached the service unanswered, and no later one was answered. */
  readonly unknown: boolean;
  /** Seq of the event that ended it; 0 while it has not. */
  readonly endedSeq: number;
  readonly endedAt: number | null;
  readonly undo: UndoState | null;
  /** The run that this outcome was carried over from, or null. */
  readonly carriedFrom: string | null;
}

export interface StepState extends TaskState {
  /** A failed step that lets the run go on. */
  readonly passed: boolean;
  readonly skipped: SkipReason | null;
  readonly items: ItemsState | null;
}

export interface PollState {
  /** Polls announced so far. */
  readonly count: number;
  /** Where to ask, or null for the address of the request. */
  readonly target: PollTarget | null;
  readonly startedAt: number;
  /** Retries spent on the current poll. */
  readonly spent: number;
  /** `while` has not been evaluated over the latest answer yet. */
  readonly unjudged: boolean;
  /** Of a page that is still to be read; absent when there is nothing to tell. */
  readonly source?: PageSource;
}

export interface PollTarget {
  readonly url: RecordedText;
  /** Only then credentials go along. */
  readonly sameOrigin: boolean;
  /** Of a page: the query behind the address. */
  readonly query?: readonly (readonly [name: string, value: RecordedText])[];
}

/** What an answer does not show, and the address of the next page is read by. */
export interface PageSource {
  /** The address that answered, where a redirect led there; null for the one that was asked. */
  readonly from: RecordedText | null;
  /** Secrets that the answer had in it as they are: where it shows the name of one, its value stood. */
  readonly returned: readonly string[];
}

export interface PageRead {
  readonly number: number;
  readonly items: readonly Json[];
  readonly before: PageRead | null;
}

export interface ChildState {
  readonly run: string;
  readonly workflow: string;
  readonly version: number | null;
  /** Holds what it is started with. */
  readonly order: { readonly body: Json };
  /** It was told to end. */
  readonly cancelled: boolean;
}

/** The items of a strategy; those that have not begun are not there. */
export interface ItemsState {
  readonly over: readonly Json[];
  readonly size: number;
  readonly count: number;
  readonly strategy: StrategyStarted["strategy"];
  readonly tasks: PersistentList<TaskState>;
  /** The next item to begin: all before it have begun, or were carried over. */
  readonly next: number;
  /** In the order in which they began. */
  readonly open: readonly number[];
  readonly succeeded: number;
  readonly failed: number;
  /** The item that failed first, or null. */
  readonly firstFailed: number | null;
  /** The wait of an item ended by its own time, and the item failed. */
  readonly timedOut: boolean;
  readonly winner: number | null;
  /** Of a `reduce`: the value after `accumulated` items. */
  readonly acc: Json;
  readonly accumulated: number;
  /** Items that ended and may have to be undone, the last first. */
  readonly ended: EndedItem | null;
  /** Those of `ended` that are still to be looked at while the step is undone. */
  readonly toUndo: EndedItem | null;
  readonly undoOpen: readonly number[];
  readonly undoFailed: number;
}

export interface EndedItem {
  readonly item: number;
  readonly before: EndedItem | null;
}

export interface UndoState {
  /** Seq of the event that began it. */
  readonly seq: number;
  readonly status: "running" | "succeeded" | "failed";
  readonly attempt: number;
  readonly notBefore: number;
  readonly spent: number;
  readonly startedAt: number;
  /** How long its attempts were held back by the rule of their host, the current one not counted. */
  readonly heldMs: number;
  /** Null when it could not be made, for a child that undoes itself, and for a strategy, whose items are undone. */
  readonly request: RecordedRequest | null;
  /** Run id of a child that undoes itself. */
  readonly child: string | null;
  readonly answer: Answer | null;
  readonly failure: Failure | null;
  readonly poll: PollState | null;
}

export const pendingTask: TaskState = {
  status: "pending",
  phase: null,
  attempt: 0,
  notBefore: 0,
  spent: 0,
  startedAt: 0,
  heldMs: 0,
  deadlineAt: null,
  request: null,
  result: null,
  failure: null,
  answer: null,
  poll: null,
  pages: null,
  waitUntil: null,
  signals: null,
  awaited: null,
  child: null,
  failing: null,
  accepted: false,
  unknown: false,
  endedSeq: 0,
  endedAt: null,
  undo: null,
  carriedFrom: null,
};

export const pendingStep: StepState = {
  ...pendingTask,
  passed: false,
  skipped: null,
  items: null,
};
