// What happened to a run: recorded facts, from which its state is folded. Old events replay for ever.

import type { RecordedRequest } from "../language/recorded-request.ts";
import type { Json } from "../value/json.ts";
import type { Failure } from "./failure.ts";
import type { TerminalStatus } from "./status.ts";

/** Version of what events mean. A run keeps the one that it began with. */
export const semantics = 1;

/** Every event says when it happened (milliseconds since 1970); its seq is its place in the log, from 1. */
export type RunEvent = { readonly at: number } & RunEventBody;

export type RunEventBody =
  | RunCreated
  | { readonly type: "run.started"; readonly deadlineAt: number | null }
  | StepStarted
  | StepRetrying
  | StepSucceeded
  | StepFailed
  | {
      readonly type: "step.skipped";
      readonly step: number;
      readonly reason: SkipReason;
      readonly from: number | null;
    }
  | StepCancelled
  | { readonly type: "run.cancel_requested"; readonly compensate: boolean }
  | { readonly type: "run.ending"; readonly status: BadStatus; readonly cause: Cause }
  | { readonly type: "run.compensating" }
  | {
      readonly type: "compensation.started";
      readonly step: number;
      readonly attempt: 1;
      readonly request: RecordedRequest;
    }
  | CompensationRetrying
  | { readonly type: "compensation.succeeded"; readonly step: number; readonly answer: Answer }
  | { readonly type: "compensation.failed"; readonly step: number; readonly failure: Failure }
  | { readonly type: "run.completed"; readonly output: Json }
  | { readonly type: "run.failed"; readonly compensation: CompensationResult }
  | { readonly type: "run.cancelled"; readonly compensation: CompensationResult }
  | { readonly type: "run.timed_out"; readonly compensation: CompensationResult };

export interface RunCreated {
  readonly type: "run.created";
  readonly semantics: number;
  readonly run: string;
  readonly workflow: string;
  readonly version: number;
  /** Content hash of the definition, hexadecimal. */
  readonly definition: string;
  readonly stepCount: number;
  readonly trigger: TriggerData;
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** 32 bits, from which jitter and span ids are derived. */
  readonly seed: number;
  /** 32 hexadecimal digits (W3C Trace Context, section 3.2.2.3). */
  readonly traceId: string;
}

export interface TriggerData {
  readonly type: "http";
  readonly method: string;
  /** Lowercase names; without our own credentials, `authorization` and `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Json;
  /** Null when the workflow does not read it. */
  readonly rawBody: string | null;
}

/** Announces attempt 1. */
export interface StepStarted {
  readonly type: "step.started";
  readonly step: number;
  readonly attempt: 1;
  readonly request: RecordedRequest;
  /** When the step's own timeout passes, or null. */
  readonly deadlineAt: number | null;
}

/** An attempt failed, or was cut off, and is followed by `attempt`, which this event announces. */
export interface StepRetrying {
  readonly type: "step.retrying";
  readonly step: number;
  readonly attempt: number;
  readonly notBefore: number;
  /** Retries spent so far, this one included; one that follows a crash spends none. */
  readonly spent: number;
  readonly failure: Failure;
}

export interface StepSucceeded {
  readonly type: "step.succeeded";
  readonly step: number;
  readonly result: StepResult;
}

export type StepResult =
  | ({ readonly type: "response" } & Answer)
  | { readonly type: "value"; readonly value: Json };

/** A whole answer as it is recorded: parsed and masked. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

export interface StepFailed {
  readonly type: "step.failed";
  readonly step: number;
  readonly failure: Failure;
  /** True when `on_error: continue` lets the run go on. */
  readonly passed: boolean;
}

/** A step that had begun and whose pending retry was dropped because the run ends. */
export interface StepCancelled {
  readonly type: "step.cancelled";
  readonly step: number;
}

export interface CompensationRetrying {
  readonly type: "compensation.retrying";
  readonly step: number;
  readonly attempt: number;
  readonly notBefore: number;
  readonly spent: number;
  readonly failure: Failure;
}

/** `when`: a condition was false; `rejection`: something before it was rejected. */
export type SkipReason = "when" | "rejection";

export type BadStatus = Exclude<TerminalStatus, "completed">;

/** Why a run ends badly: the first cause. */
export type Cause =
  | { readonly type: "step"; readonly step: number; readonly failure: Failure }
  | { readonly type: "output"; readonly failure: Failure }
  | { readonly type: "labels"; readonly failure: Failure }
  | { readonly type: "limit"; readonly failure: Failure }
  | { readonly type: "cancel" }
  | { readonly type: "timeout" };

/** `none`: nothing was undone; `complete`: everything that was to be undone; `partial`: some of it. */
export type CompensationResult = "none" | "complete" | "partial";
