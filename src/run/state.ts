// The state of a run: what its events fold to.

import type { RecordedRequest } from "../language/recorded-request.ts";
import type { Json } from "../value/json.ts";
import type {
  Answer,
  BadStatus,
  Cause,
  CompensationResult,
  RunCreated,
  SkipReason,
  StepResult,
} from "./event.ts";
import type { Failure } from "./failure.ts";
import type { RunStatus, StepStatus } from "./status.ts";

export interface RunState {
  /** Seq and time of the last event. */
  readonly seq: number;
  readonly at: number;
  readonly status: RunStatus;
  readonly created: RunCreated;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly deadlineAt: number | null;
  /** By step number. */
  readonly steps: readonly StepState[];
  /** Numbers of the steps that have begun and not ended. */
  readonly open: readonly number[];
  /** How many steps are still to be decided. */
  readonly pendingCount: number;
  readonly ending: Ending | null;
  readonly cancelRequested: boolean;
  /** False once a cancel asked for no compensation. */
  readonly compensates: boolean;
  /** Number of the step that is being undone, or null. */
  readonly undoing: number | null;
  readonly output: Json;
  readonly compensation: CompensationResult | null;
  /** Bytes of bodies and values recorded so far, near enough for the limit. */
  readonly dataBytes: number;
}

export interface Ending {
  readonly status: BadStatus;
  readonly cause: Cause;
}

export interface StepState {
  readonly status: StepStatus;
  /** The current or last attempt, from 1; 0 before the first. */
  readonly attempt: number;
  readonly notBefore: number;
  readonly spent: number;
  readonly startedAt: number;
  readonly deadlineAt: number | null;
  readonly request: RecordedRequest | null;
  readonly result: StepResult | null;
  /** Of the last attempt that failed. */
  readonly failure: Failure | null;
  /** A failed step that lets the run go on. */
  readonly passed: boolean;
  readonly skipped: SkipReason | null;
  /** Its request was answered with a success status at least once: it is to be undone. */
  readonly accepted: boolean;
  /** An attempt may have reached the service unanswered, and no later one was answered. */
  readonly unknown: boolean;
  /** Seq of the event that ended it; 0 while it has not. */
  readonly endedSeq: number;
  readonly endedAt: number | null;
  readonly undo: UndoState | null;
}

export interface UndoState {
  readonly status: "running" | "succeeded" | "failed";
  readonly attempt: number;
  readonly notBefore: number;
  readonly spent: number;
  readonly startedAt: number;
  /** Null when it could not be made. */
  readonly request: RecordedRequest | null;
  readonly answer: Answer | null;
  readonly failure: Failure | null;
}

export const pendingStep: StepState = {
  status: "pending",
  attempt: 0,
  notBefore: 0,
  spent: 0,
  startedAt: 0,
  deadlineAt: null,
  request: null,
  result: null,
  failure: null,
  passed: false,
  skipped: null,
  accepted: false,
  unknown: false,
  endedSeq: 0,
  endedAt: null,
  undo: null,
};
