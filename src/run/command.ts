// What asks a run to decide. A command carries all that the core may not fetch.

import type { Directive } from "../language/directive.ts";
import type { Json } from "../value/json.ts";
import type {
  Answer,
  CarriedOutcome,
  CompensationResult,
  KeptKey,
  ParentLink,
  RunEvent,
  SecretUse,
  StrategyStarted,
  TriggerData,
} from "./event.ts";
import type { Failure } from "./failure.ts";
import type { Computed } from "./need.ts";
import type { PageSource, PollTarget, RunState } from "./state.ts";
import type { TerminalStatus } from "./status.ts";

export type Command = {
  readonly now: number;
  /** What the sandbox has computed for this run so far. */
  readonly computed?: Computed;
} & CommandBody;

/** A step, or one item of its strategy, by numbers. */
export interface TaskName {
  readonly step: number;
  readonly item: number | null;
}

export type CommandBody =
  | CreateRun
  /** A place for a queued run may have become free. */
  | { readonly type: "start" }
  /** An attempt of a task's request ended, or one of its polls. */
  | ({ readonly type: "end_attempt" } & TaskName & AttemptEnd)
  /** An attempt of a compensation ended. */
  | ({ readonly type: "end_undo" } & TaskName & AttemptEnd)
  | ({ readonly type: "end_child"; readonly child: string; readonly outcome: ChildOutcome } & TaskName)
  /** A child has undone what it could, or is not there any more. */
  | ({
      readonly type: "end_child_undo";
      readonly child: string;
      readonly compensation: CompensationResult | "forgotten";
    } & TaskName)
  | SendSignal
  /** The sandbox has computed something: see `computed`. */
  | { readonly type: "evaluated" }
  /** Something may be due. */
  | { readonly type: "tick" }
  /** The node that held the run is gone: attempts that it may have sent are lost. */
  | { readonly type: "recover" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "cancel"; readonly compensate: boolean }
  /** It could not be decided any more: it ends as it stands. */
  | { readonly type: "abandon" }
  /** Of a run that has ended: undo it as a child of its root (`again: false`), or what failed to be undone. */
  | { readonly type: "compensate"; readonly again: boolean; readonly by?: string };

interface AttemptEnd {
  readonly attempt: number;
  /** 0 for the attempt itself, else the number of the poll. */
  readonly poll: number;
  readonly outcome: AttemptOutcome;
}

export interface SendSignal {
  readonly type: "signal";
  readonly name: string;
  readonly body: Json;
  readonly key: string | null;
  /** Keyed hash of what is sent under the key, where another body under it is refused. */
  readonly sent?: string;
  /** Whose wait it is for; null for any. */
  readonly target: TaskName | null;
  /** Of an event: when it came in. */
  readonly receivedAt?: number;
}

export type ChildOutcome =
  | {
      readonly type: "ended";
      readonly status: TerminalStatus;
      readonly output: Json;
      readonly error: string | null;
    }
  | { readonly type: "not_started"; readonly code: string; readonly message: string };

export interface CreateRun {
  readonly type: "create";
  readonly definition: string;
  readonly trigger: TriggerData;
  /** `run.*` of the context. */
  readonly runId: string;
  readonly seed: number;
  readonly traceId: string;
  readonly parent?: ParentLink;
  /** The only hosts that it may call. */
  readonly hosts?: readonly string[];
  readonly rerun?: RerunPlan;
  /** What its trigger was to bring could not be made: it fails as it begins. */
  readonly failure?: Failure;
  /** Of a workflow with `concurrency`: the key as text, and whether a place is free. */
  readonly slot?: { readonly key: string; readonly free: boolean };
}

/** What a run takes over from the one that it goes again from. */
export interface RerunPlan {
  readonly of: string;
  /** In the order in which they ended. */
  readonly carried: readonly CarriedStep[];
  readonly keptKeys: readonly KeptKey[];
  /** Keyed hash of the request, where the same one may come again. */
  readonly asked?: string | null;
}

export interface CarriedStep {
  readonly step: number;
  /** Null for a strategy of which some items run again. */
  readonly whole: CarriedTask | null;
  readonly strategy: CarriedStrategy | null;
}

export interface CarriedTask {
  readonly from: string;
  readonly outcome: CarriedOutcome;
}

export interface CarriedStrategy {
  readonly started: Pick<StrategyStarted, "strategy" | "over" | "size" | "count" | "initial">;
  /** In the order in which they ended. */
  readonly items: readonly (CarriedTask & { readonly item: number })[];
}

/** What the shell makes of a call's end: parsed, masked and judged by the schema. */
export type AttemptOutcome = {
  /** Those that the attempt used; absent when it names none. */
  readonly secrets?: readonly SecretUse[];
  /** How long the rule of its host held it back before it was sent; absent when it did not. */
  readonly heldMs?: number;
} & (
  | {
      readonly type: "answer";
      readonly answer: Answer;
      /** The body does not parse, or does not fit the schema; null when it does. */
      readonly problem: AnswerProblem | null;
      /** What the service told us to do, or null. */
      readonly directive?: Directive | null;
      /** Where a poll is to ask: the answer's `Location`, or the directive's address. */
      readonly target?: PollTarget | null;
      /** Of a page; absent when there is nothing to tell. */
      readonly source?: PageSource;
    }
  | {
      readonly type: "failure";
      readonly reason: "network" | "timeout" | "blocked" | "too_large" | "request";
      readonly code: string;
      readonly message: string;
      readonly sent: boolean;
      /** The status, when its line had arrived. */
      readonly status: number | null;
    }
);

export interface AnswerProblem {
  readonly kind: "parse" | "schema" | "schema_work" | "charset";
  readonly message: string;
  readonly details: Json;
}

/** A command that changes nothing, and why. */
export type RejectionCode =
  | "run_ended"
  | "run_not_found"
  | "run_exists"
  | "stale_attempt"
  | "wait_over"
  | "too_many_signals"
  | "signal_conflict"
  | "nothing_to_compensate"
  | "run_not_ended";

export type Decision =
  /** `state` is what `events` fold to; `spent` is what it has evaluated, as `isSpent` counts it. */
  | {
      readonly type: "accepted";
      readonly events: readonly RunEvent[];
      readonly state: RunState;
      readonly spent: number;
    }
  | { readonly type: "rejected"; readonly code: RejectionCode };
