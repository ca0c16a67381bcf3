// What should be under way in the world for a run, each with a stable id.

import type { RecordedRequest } from "../language/recorded-request.ts";
import type { ResponseRule } from "../language/workflow.ts";

export type Effect = CallEffect | WakeEffect;

/** One attempt of one call, to be sent at `notBefore` or, when that has passed, now. */
export interface CallEffect {
  readonly type: "call";
  /** `step/3/2` or `undo/3/1`: number of the step and attempt. */
  readonly id: string;
  readonly undo: boolean;
  readonly step: number;
  readonly attempt: number;
  readonly notBefore: number;
  readonly request: RecordedRequest;
  readonly response: ResponseRule;
}

/** A `tick` at `at`. */
export interface WakeEffect {
  readonly type: "wake";
  readonly id: string;
  readonly at: number;
}
