// What asks a run to decide. A command carries all that the core may not fetch.

import type { Json } from "../value/json.ts";
import type { Answer, RunEvent, TriggerData } from "./event.ts";
import type { RunState } from "./state.ts";

export type Command = { readonly now: number } & CommandBody;

export type CommandBody =
  | CreateRun
  /** An attempt of a step's request ended. */
  | {
      readonly type: "end_attempt";
      readonly step: number;
      readonly attempt: number;
      readonly outcome: AttemptOutcome;
    }
  /** An attempt of a step's compensation ended. */
  | {
      readonly type: "end_undo";
      readonly step: number;
      readonly attempt: number;
      readonly outcome: AttemptOutcome;
    }
  /** Something may be due. */
  | { readonly type: "tick" }
  /** The node that held the run is gone: attempts that it may have sent are lost. */
  | { readonly type: "recover" }
  | { readonly type: "cancel"; readonly compensate: boolean };

export interface CreateRun {
  readonly type: "create";
  readonly definition: string;
  readonly trigger: TriggerData;
  /** `run.*` of the context. */
  readonly runId: string;
  readonly seed: number;
  readonly traceId: string;
}

/** What the shell makes of a call's end: parsed, masked and judged by the schema. */
export type AttemptOutcome =
  | {
      readonly type: "answer";
      readonly answer: Answer;
      /** The body does not parse, or does not fit the schema; null when it does. */
      readonly problem: AnswerProblem | null;
    }
  | {
      readonly type: "failure";
      readonly reason: "network" | "timeout" | "blocked" | "too_large" | "request";
      readonly code: string;
      readonly message: string;
      readonly sent: boolean;
      /** The status, when its line had arrived. */
      readonly status: number | null;
    };

export interface AnswerProblem {
  readonly kind: "parse" | "schema";
  readonly message: string;
  readonly details: Json;
}

/** A command that changes nothing, and why. */
export type RejectionCode = "run_ended" | "run_not_found" | "run_exists" | "stale_attempt";

export type Decision =
  /** `state` is what `events` fold to. */
  | { readonly type: "accepted"; readonly events: readonly RunEvent[]; readonly state: RunState }
  | { readonly type: "rejected"; readonly code: RejectionCode };
