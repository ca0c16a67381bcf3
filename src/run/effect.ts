// What should be under way in the world for a run, each with a stable id.

import type { RecordedRequest } from "../language/recorded-request.ts";
import type { ResponseRule } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import type { StoredMember } from "../value/stored-body.ts";
import type { TaskName } from "./command.ts";
import type { Need } from "./need.ts";

export type Effect =
  | CallEffect
  | WakeEffect
  | ChildEffect
  | UndoChildEffect
  | EventEffect
  | EvaluateEffect
  | FetchEffect
  | SlotEffect;

/** One attempt of one call, to be sent at `notBefore` or, when that has passed, now. */
export interface CallEffect extends TaskName {
  readonly type: "call";
  /** `step/3/2`, `item/3/17/2`, `poll/3/2/5`, `undo/3/1`, `undo_poll/3/1/5`: numbers of step, item, attempt and poll. */
  readonly id: string;
  readonly undo: boolean;
  readonly attempt: number;
  /** 0 for the attempt itself. */
  readonly poll: number;
  /** Of the step's own request, where a poll may ask elsewhere; null for that of the address which is called. */
  readonly origin: string | null;
  readonly notBefore: number;
  readonly request: RecordedRequest;
  readonly response: ResponseRule;
  /** Of a poll: secrets of the request before, which its answer may have though the poll does not name them. */
  readonly masks?: readonly string[];
}

/** A `tick` at `at`. */
export interface WakeEffect {
  readonly type: "wake";
  readonly id: string;
  readonly at: number;
}

/** A run of another workflow that must exist; or, with `cancel`, must end. */
export interface ChildEffect extends TaskName {
  readonly type: "child";
  readonly id: string;
  readonly run: string;
  readonly workflow: string;
  readonly version: number | null;
  /** Holds what it is started with. */
  readonly order: { readonly body: Json };
  readonly depth: number;
  readonly cancel: boolean;
}

/** A child that completed and must undo itself. */
export interface UndoChildEffect extends TaskName {
  readonly type: "undo_child";
  readonly id: string;
  readonly run: string;
  /** Of the event that asked for it: each asks once. */
  readonly seq: number;
}

/** A wait for an event, those since `sinceMs` included. */
export interface EventEffect extends TaskName {
  readonly type: "event";
  readonly id: string;
  readonly event: string;
  readonly subject: string | null;
  readonly sinceMs: number;
}

/** What the sandbox is to compute. */
export interface EvaluateEffect {
  readonly type: "evaluate";
  readonly id: string;
  readonly need: Need;
}

/** Bodies that must be brought to hand before it is known what is to be computed. */
export interface FetchEffect {
  readonly type: "fetch";
  readonly id: string;
  readonly stored: readonly StoredMember[];
}

/** A queued run waits for its place. */
export interface SlotEffect {
  readonly type: "slot";
  readonly id: string;
  readonly key: string;
}
