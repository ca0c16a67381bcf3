// What a generated workflow has to do with the outside world, as the checkers know it.

import type { Lang } from "./language-model.ts";

export interface WaitModel {
  readonly for: WaitForModel;
  /** What comes must fit the schema `answer`. */
  readonly schema: boolean;
  readonly timeoutMs: number;
  readonly onTimeout: "fail" | "reject" | "continue";
}

export type WaitForModel =
  | { readonly type: "any" | "all"; readonly names: readonly string[] }
  /** Of an event with this subject, or any. */
  | {
      readonly type: "event";
      readonly event: string;
      readonly subject: "order" | "cut" | null;
      readonly when: EventWhenModel | null;
    }
  /** Of the request's callback. */
  | { readonly type: "callback" };

/** The subject of the events that a run with this input waits for; null for any. */
export function subjectOf(
  { subject }: WaitForModel & { readonly type: "event" },
  { order, cut }: Readonly<Record<string, unknown>>,
): unknown {
  if (subject === null) return null;
  return subject === "cut" ? (cut ?? order) : order;
}

/** Which events a wait takes: by `n` of their data, in JSONPath by what they say of it themselves. */
export interface EventWhenModel {
  readonly lang: Lang;
  readonly above: number;
  /** It cannot be evaluated for events with a large `n`: what they say of themselves is no boolean then. */
  readonly errs: boolean;
}

/** What came may stand for a while, until the sandbox has judged it. */
export function isSandboxed(when: EventWhenModel | null): boolean {
  return when !== null && when.lang !== "path";
}

/** From which `n` on conditions that err do so. */
export const errsFrom = 7;

/** What an event says of its `n`. */
export function sureOf(n: number): boolean | string {
  return n >= errsFrom ? "odd" : n > 2;
}

/** An event for which it cannot be evaluated is passed over: others than the author of the workflow send it. */
export function fitsWhen({ lang, above, errs }: EventWhenModel, n: number): boolean {
  if (lang === "jsonpath") return sureOf(n) === true;
  return n > above && !(errs && n >= errsFrom);
}

/** What a schema with a text `id` that begins with `r` says of `body`. */
export function fitsAnswer(body: unknown): boolean {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  const { id } = body as { readonly id?: unknown };
  return typeof id === "string" && id.startsWith("r");
}

/** What starts runs of a workflow besides its callers; all versions agree on it. */
export interface EventTriggerModel {
  readonly event: string;
  /** Limit of its `when`, or null. */
  readonly above: number | null;
  /** Its `when` cannot be evaluated for a large `n`. */
  readonly errs: boolean;
  readonly lang: "path" | "lua";
}

/** What a synchronous caller is answered, instead of the output. */
export interface RespondModel {
  readonly status: number;
  /** The step after which the answer is given, or null for the end. */
  readonly after: string | null;
  /** Whose status and output's id the answer tells. */
  readonly step: string;
  /** `text` cannot be evaluated while the output's id is null. */
  readonly form: "object" | "text";
  readonly lang: "path" | "jsonpath" | "lua";
  /** A header takes the id as well, and is left out when that is null. */
  readonly header: boolean;
}

/** By which senders sign what they send to hooks; no call carries it. */
export const hookSecret = "HOOK_TOKEN";

/** A schedule of six fields. */
export interface CronModel {
  /** A divisor of 60. */
  readonly everySeconds: number;
  /** The hours of its zone, or null for every hour. */
  readonly hours: readonly number[] | null;
  readonly catchUp: "none" | "latest";
  /** 0 for none. */
  readonly jitterSeconds: number;
  readonly timezone: string;
  /** Its body cannot be evaluated: each run of it fails as it begins. */
  readonly odd: boolean;
}

export const uncut = "none";

/** At most `limit` runs of one key; all versions of a workflow agree on it. */
export interface ConcurrencyModel {
  /** Name of the member of the input that is the key, or null for one key. Of `cut`, where there is none, the key is `uncut`. */
  readonly key: string | null;
  readonly limit: number;
  readonly onLimit: "queue" | "reject" | "cancel_oldest";
}
