// What happened to a run: recorded facts, from which its state is folded. Old events replay for ever.

import type { Directive } from "../language/directive.ts";
import type { RecordedRequest } from "../language/recorded-request.ts";
import type { Json } from "../value/json.ts";
import type { StoredBody } from "../value/stored-body.ts";
import type { Failure } from "./failure.ts";
import type { ChildState, PageSource, PollTarget } from "./state.ts";
import type { TerminalStatus } from "./status.ts";

/** Version of what events mean. A run keeps the one that it began with. */
export const semantics = 1;

/** Every event says when it happened (milliseconds since 1970); its seq is its place in the log, from 1. */
export type RunEvent = {
  readonly at: number;
  /** Of the first event that the end of an attempt brings: what the attempt used, if anything. */
  readonly secrets?: readonly SecretUse[];
  /** Its bodies that stand apart from it; their members are null where it is stored. */
  readonly stored?: readonly StoredPlace[];
} & RunEventBody;

/** A member of an event, by the names and places that lead to it, and the body that it stands for. */
export interface StoredPlace extends StoredBody {
  readonly path: readonly (string | number)[];
}

/** Never its value. */
export interface SecretUse {
  readonly name: string;
  readonly version: number;
}

/** The same fact of a step, or of one item of its strategy. */
type OfTask<Kind extends string, Body> =
  | ({ readonly type: `step.${Kind}`; readonly step: number } & Body)
  | ({ readonly type: `item.${Kind}`; readonly step: number; readonly item: number } & Body);

/** A step, or one item of its strategy. */
export interface At {
  readonly step: number;
  readonly item?: number;
}

export type TaskEventBody =
  | OfTask<"started", Started>
  | OfTask<"retrying", Retrying>
  | OfTask<"polled", Polled>
  | OfTask<"paged", Paged>
  | OfTask<"succeeded", { readonly result: StepResult }>
  | OfTask<"failed", Failed>
  /** It had begun, and was dropped because the run ends or a race is decided. */
  | OfTask<"cancelled", unknown>;

/** What may happen to a task besides its attempts. */
export type PhaseEventBody =
  | WaitStarted
  | ({ readonly type: "wait.ended"; readonly signals: readonly number[] } & At)
  | ({ readonly type: "wait.timed_out" } & At)
  /** An event of the right type and subject for which the wait's `when` is not true. */
  | ({ readonly type: "wait.ignored"; readonly signal: number } & At)
  | {
      readonly type: "sleep.started";
      readonly step: number;
      readonly until: number;
      readonly deadlineAt: number | null;
    }
  | ChildStarted
  /** The child is told to end. Its task, or the strategy's step, then fails with `failure`; null for one that is dropped. */
  | ({ readonly type: "child.cancelling"; readonly failure: Failure | null } & At)
  | ({ readonly type: "child.ended"; readonly run: string; readonly status: TerminalStatus } & At)
  | ({ readonly type: "directive.received" } & At & Directed)
  /** Of a `reduce`: the next `acc`; of a poll: that it goes on. */
  | ({ readonly type: "value.computed"; readonly value: Json } & At);

export type CompensationEventBody =
  | ({ readonly type: "compensation.started" } & At & UndoStarted)
  | ({ readonly type: "compensation.retrying" } & At & UndoRetrying)
  | ({ readonly type: "compensation.polled" } & At & Polled)
  /** What the service says in its answer. */
  | ({ readonly type: "compensation.directed" } & At & Directed)
  /** The sandbox says that the poll goes on. */
  | ({ readonly type: "compensation.computed"; readonly value: Json } & At)
  | ({ readonly type: "compensation.succeeded"; readonly answer: Answer | null } & At)
  | ({ readonly type: "compensation.failed"; readonly failure: Failure } & At);

export type RunEventBody =
  | RunCreated
  | { readonly type: "run.queued" }
  | RunStarted
  | TaskEventBody
  | StepSkipped
  | { readonly type: "step.rejected"; readonly step: number }
  | Carried
  | StrategyStarted
  | PhaseEventBody
  | SignalReceived
  | EventPassedOver
  | { readonly type: "run.paused" }
  | { readonly type: "run.resumed" }
  | ({ readonly type: "run.responded" } & Responded)
  | { readonly type: "run.cancel_requested"; readonly compensate: boolean }
  | { readonly type: "run.ending"; readonly status: BadStatus; readonly cause: Cause }
  | { readonly type: "run.compensating" }
  | CompensationEventBody
  /** A run that has ended undoes what it can: a child because of its parent (`by` names the occasion), or what failed. */
  | { readonly type: "compensation.requested"; readonly again: boolean; readonly by?: string }
  | { readonly type: "compensation.ended"; readonly compensation: CompensationResult }
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
  /** 32 bits, from which jitter, span ids and children's ids are derived. */
  readonly seed: number;
  /** 32 hexadecimal digits (W3C Trace Context, section 3.2.2.3). */
  readonly traceId: string;
  /** Of a child: who started it, and how many runs stand above it. */
  readonly parent?: ParentLink;
  /** Of a run that a grant let start, and its children: the only hosts that it may call. */
  readonly hosts?: readonly string[];
  /** The run that this one goes again from. */
  readonly rerunOf?: string;
  /** Keyed hash of the request for that, when it had an idempotency key: it may come again. */
  readonly rerunAsked?: string;
  /** Calls that keep the idempotency key of an earlier run, because their outcome was unknown. */
  readonly keptKeys?: readonly KeptKey[];
  /** Of a workflow with `concurrency`: the key as text. */
  readonly slotKey?: string;
}

export interface RunStarted {
  readonly type: "run.started";
  readonly deadlineAt: number | null;
  /** Of strategies that a rerun took over in part: when their steps' timeouts pass, now that they begin. */
  readonly stepDeadlines?: readonly { readonly step: number; readonly at: number }[];
}

export interface KeptKey {
  readonly step: number;
  readonly item: number | null;
  /** Whose key it is. */
  readonly run: string;
}

export interface ParentLink {
  readonly run: string;
  /** The run at the top: the parent itself, or its own root. */
  readonly root: string;
  readonly step: number;
  readonly item: number | null;
  /** From 1. */
  readonly depth: number;
}

export interface TriggerData {
  readonly type: "http" | "cron" | "event" | "workflow";
  readonly method: string;
  /** Lowercase names; without our own credentials, `authorization` and `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Json;
  /** Null when the workflow does not read it. */
  readonly rawBody: string | null;
  /** The CloudEvent without its data, of an event trigger. */
  readonly event?: Json;
  /** The delivery of a hook that was sent again. */
  readonly replayOf?: string;
  /** The due time (RFC 3339), of a cron trigger. */
  readonly scheduledAt?: string;
}

/** Announces attempt 1. */
interface Started {
  readonly attempt: 1;
  readonly request: RecordedRequest;
  /** When the step's own timeout passes, or null. */
  readonly deadlineAt: number | null;
}

/** An attempt failed, or was cut off, and is followed by `attempt`, which this event announces. */
interface Retrying {
  readonly attempt: number;
  readonly notBefore: number;
  /** Retries spent so far, this one included; one that follows a crash spends none. */
  readonly spent: number;
  readonly failure: Failure;
  /** How long attempts were held back so far by the rule of their host; absent for not at all. */
  readonly heldMs?: number;
}

/** The job is not done, or could not be asked: announces poll number `count`. */
interface Polled {
  readonly count: number;
  readonly notBefore: number;
  /** Where to ask; null for the address of the request. */
  readonly target: PollTarget | null;
  /** The latest answer, or why there was none. */
  readonly answer: Answer | null;
  readonly failure: Failure | null;
  readonly spent: number;
  /** `while` is still to be evaluated, by the sandbox. */
  readonly unjudged: boolean;
  /** Of a page that the sandbox is still to read; absent when there is nothing to tell. */
  readonly source?: PageSource;
}

/** The next page is to be asked for, or once more. */
interface Paged {
  /** Calls after the first. */
  readonly count: number;
  readonly notBefore: number;
  readonly target: PollTarget | null;
  /** Of the page before; null when there was none. */
  readonly items: readonly Json[] | null;
  readonly failure: Failure | null;
  readonly spent: number;
}

interface Directed {
  readonly directive: Directive;
  readonly allowed: boolean;
}

interface Failed {
  readonly failure: Failure;
  /** True when `on_error: continue` lets the run go on. */
  readonly passed: boolean;
}

export type StepResult =
  | ({ readonly type: "response" } & Answer)
  | { readonly type: "value"; readonly value: Json }
  /** The answer of the latest poll, the signals of its wait, the outputs of its items: they stand in events before. */
  | { readonly type: "polled" }
  /** The last of its pages; the items of those before stand in events before. */
  | {
      readonly type: "paged";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly items: readonly Json[];
    }
  | { readonly type: "signals" }
  | { readonly type: "items" }
  | { readonly type: "slept" }
  | { readonly type: "child"; readonly run: string; readonly output: Json };

/** A whole answer as it is recorded: parsed and masked. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

export interface StepSkipped {
  readonly type: "step.skipped";
  readonly step: number;
  readonly reason: SkipReason;
  readonly from: number | null;
  /** By a directive: the answer that brought it, and whether its status is a success. */
  readonly answer?: Answer;
  readonly accepted?: true;
}

export interface StrategyStarted {
  readonly type: "strategy.started";
  readonly step: number;
  readonly strategy: "scatter" | "fan_out" | "race" | "batch" | "reduce";
  readonly over: readonly Json[];
  /** Entries an item: 1, or the size of a batch. */
  readonly size: number;
  readonly count: number;
  readonly initial: Json;
  readonly deadlineAt: number | null;
}

/** What a rerun takes over; `from` is the run that called. The items of a strategy come before their step. */
export type Carried = OfTask<"carried", { readonly from: string; readonly outcome: CarriedOutcome }>;

export interface CarriedOutcome {
  readonly status: "succeeded" | "failed" | "skipped" | "cancelled";
  readonly skipped: SkipReason | null;
  readonly result: StepResult | null;
  readonly answer: Answer | null;
  readonly signals: readonly { readonly name: string; readonly body: Json }[] | null;
  readonly failure: Failure | null;
  readonly accepted: boolean;
  /** Its call may have reached the service unanswered. */
  readonly unknown?: true;
  /** A child that completed although its task did not succeed: it is undone with the others. */
  readonly child?: Pick<ChildState, "run" | "workflow" | "version">;
}

export type WaitStarted = {
  readonly type: "wait.started";
  readonly until: number;
  /** The answer to the request that the wait follows. */
  readonly answer?: Answer;
  readonly deadlineAt: number | null;
  /** Of a wait for an event: what is waited for. */
  readonly event?: { readonly type: string; readonly subject: string | null };
} & At;

export type ChildStarted = {
  readonly type: "child.started";
  readonly run: string;
  readonly workflow: string;
  readonly version: number | null;
  readonly body: Json;
  readonly deadlineAt: number | null;
} & At;

export interface SignalReceived {
  readonly type: "signal.received";
  readonly name: string;
  readonly body: Json;
  /** Keyed hash of the sender's idempotency key, or of the event's source and id; null without one. */
  readonly key: string | null;
  /** Keyed hash of what was sent under the key; absent of callbacks and events, and in old logs. */
  readonly sent?: string;
  /** Whose wait it is for, when it is for one only. */
  readonly step?: number;
  readonly item?: number;
  /** Of an event: when it came in. */
  readonly receivedAt?: number;
}

/**
 * A wait was offered an event and does not want it: what it is known by, without its data. Of one that the sandbox judges,
 * and in old logs, `signal.received` and `wait.ignored` say so.
 */
export interface EventPassedOver {
  readonly type: "wait.passed_over";
  readonly step: number;
  /** Of the event, as the one that sent it says. */
  readonly source: string;
  readonly id: string;
  /** Keyed hash of these, for this wait. */
  readonly key: string;
  /** When it came in. */
  readonly receivedAt: number;
}

export interface Responded {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Json;
  /** Why the answer could not be made; its status is then 500. */
  readonly problem: string | null;
}

interface UndoStarted {
  readonly attempt: 1;
  /** Null for a child that undoes itself and for a strategy, whose items follow. */
  readonly request: RecordedRequest | null;
  /** Run id of a child that undoes itself. */
  readonly child?: string;
}

interface UndoRetrying {
  readonly attempt: number;
  readonly notBefore: number;
  readonly spent: number;
  readonly failure: Failure;
  /** As of `Retrying`. */
  readonly heldMs?: number;
}

/** `when`: a condition was false; `rejection`: something before it was rejected; `directive`: the service said so. */
export type SkipReason = "when" | "rejection" | "directive";

export type BadStatus = Exclude<TerminalStatus, "completed">;

/** Why a run ends badly: the first cause. */
export type Cause =
  | { readonly type: "step"; readonly step: number; readonly failure: Failure }
  | { readonly type: "output"; readonly failure: Failure }
  | { readonly type: "labels"; readonly failure: Failure }
  | { readonly type: "trigger"; readonly failure: Failure }
  | { readonly type: "limit"; readonly failure: Failure }
  | { readonly type: "cancel" }
  | { readonly type: "timeout" };

/** `none`: nothing was undone; `complete`: everything that was to be undone; `partial`: some of it. */
export type CompensationResult = "none" | "complete" | "partial";
