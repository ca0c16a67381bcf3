// What a generated workflow says, as the checkers know it: written from the language's rules, without the core.

import type { LanguageModel, PollModel } from "./language-model.ts";
import type {
  ConcurrencyModel,
  CronModel,
  EventTriggerModel,
  RespondModel,
  WaitModel,
} from "./outside-model.ts";
import type { PlainBody } from "./plain-bodies.ts";

export interface WorkflowModel {
  readonly name: string;
  readonly version: number;
  /** Of a run at the top: whether the engine may go on with it while nobody is signed in. All versions agree on it. */
  readonly mode: "active-run" | "attended";
  readonly steps: readonly StepModel[];
  /** `default`: every leaf; `text`: a text that fails when the step's output is null. */
  readonly output:
    | { readonly type: "default" }
    | { readonly type: "text"; readonly step: string }
    /** The step's output's id, by an expression in the sandbox. */
    | { readonly type: "script"; readonly step: string; readonly lang: "jsonpath" | "lua" };
  readonly timeoutMs: number | null;
  /** `defaults.retry`, or null. */
  readonly defaultRetry: RetryModel | null;
  readonly concurrency: ConcurrencyModel | null;
  readonly event: EventTriggerModel | null;
  readonly cron: CronModel | null;
  /** What comes to its hooks must be signed, by the secret `hookSecret`; all versions agree on it. */
  readonly verify: boolean;
  readonly respond: RespondModel | null;
  /** `sync_timeout`; null for that of the language. */
  readonly syncTimeoutMs: number | null;
  /** It is a variant of version 1: a run of either may go again with the other. */
  readonly varies: boolean;
}

export interface StepModel extends LanguageModel {
  readonly id: string;
  readonly after: readonly string[];
  readonly join: "all" | "any";
  readonly when: WhenModel | null;
  readonly kind: "request" | "value" | "sleep" | "wait" | "child";
  /** What it waits for: with a request, its callback. */
  readonly wait: WaitModel | null;
  /** The workflow of which it starts a run, or null. */
  readonly child: string | null;
  /** Of it; null for the highest. */
  readonly childVersion: number | null;
  readonly method: string;
  /** Ancestors whose output's id goes into the request or value. */
  readonly reads: readonly string[];
  /** A step before it, of which it tells how it ended, in JSON and in a value; null for none. */
  readonly tells: string | null;
  /** What the body is, for a method that has one. */
  readonly sends: "json" | "text" | PlainBody;
  /** A header takes the first of `reads`, and is left out when that is null. */
  readonly refHeader: boolean;
  /** Name of the secret that the call carries, or null. */
  readonly secret: string | null;
  readonly secretPlace: SecretPlace;
  readonly onError: "fail" | "continue";
  readonly onCrash: "retry" | "fail";
  readonly timeoutMs: number | null;
  readonly responseTimeoutMs: number;
  readonly expect: readonly number[];
  readonly schema: boolean;
  readonly parse: "auto" | "json" | "text" | "base64";
  readonly retry: RetryModel | null;
  readonly compensate: CompensateModel | null;
}

export type SecretPlace = "header" | "bearer" | "query" | "body";

export type WhenModel =
  | { readonly type: "flag"; readonly name: string }
  | { readonly type: "above"; readonly step: string; readonly limit: number };

export interface CompensateModel {
  readonly whenUnknown: boolean;
  readonly retry: RetryModel | null;
  readonly poll: PollModel | null;
}

export interface RetryModel {
  /** Null for the default. */
  readonly on: readonly string[] | null;
  readonly max: number;
  readonly backoff: "exponential" | "linear" | "constant";
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: "full" | "none";
  readonly maxElapsedMs: number | null;
}

export const defaultRetry: RetryModel = {
  on: null,
  max: 0,
  backoff: "exponential",
  delayMs: 1_000,
  maxDelayMs: 60_000,
  jitter: "full",
  maxElapsedMs: null,
};

/** What holds for a step: its own, else that of the defaults, else two retries for methods that may be repeated. */
export function retryOf(workflow: WorkflowModel, step: StepModel): RetryModel {
  const repeatable = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].includes(step.method);
  return step.retry ?? workflow.defaultRetry ?? { ...defaultRetry, max: repeatable ? 2 : 0 };
}

/** A compensation without retry of its own has five, whatever its method. */
export function undoRetryOf(compensate: CompensateModel): RetryModel {
  return compensate.retry ?? { ...defaultRetry, max: 5 };
}
