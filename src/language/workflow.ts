// A workflow as the engine runs it: the checked and compiled form of a document.

import type { Json } from "../value/json.ts";
import type { Expression } from "./expression.ts";
import type { WorkflowNames } from "./names-of.ts";
import type { RequestTemplate } from "./request-template.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { Schema } from "./schema.ts";
import type { Template } from "./template.ts";

export interface Workflow {
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly labels: readonly (readonly [name: string, template: Template])[];
  readonly triggers: readonly Trigger[];
  /** In the order of the document; a step's number is its place here. */
  readonly steps: readonly Step[];
  readonly stepNumbers: ReadonlyMap<string, number>;
  /** Numbers of the steps that nothing comes after: the default output. */
  readonly leaves: readonly number[];
  readonly output: Template | null;
  /** From the start of the run to its bad end; null for none. */
  readonly timeoutMs: number | null;
  /**
   * `active-run`: its runs go on while nobody is signed in. `attended`: after a restart they wait until somebody is.
   */
  readonly mode: "active-run" | "attended";
  /** How long a run is kept after its end. */
  readonly retentionMs: number;
  readonly concurrency: Concurrency | null;
  /** True when an expression of it needs the sandbox: JSONPath or Lua. */
  readonly sandboxed: boolean;
  readonly names: WorkflowNames;
  readonly bounds: RunBounds;
}

/** What a run may record at most: the limits of the product, unless an engine was given others. */
export interface RunBounds {
  readonly events: number;
  readonly dataBytes: number;
  readonly earlySignals: number;
}

/** A workflow has at most one trigger of type `http`. */
export type Trigger = HttpTrigger | CronTrigger | EventTrigger;

export interface HttpTrigger {
  readonly type: "http";
  readonly schema: Schema | null;
  /** How what comes by a hook must be signed; null for not at all. */
  readonly verify: VerifyRule | null;
  readonly respond: RespondRule | null;
  /** How long a synchronous caller is kept waiting. */
  readonly syncTimeoutMs: number;
}

/** How a sender signs what it sends: an HMAC (RFC 2104) over what its scheme says, the body as it came among it. */
export type VerifyRule = HmacRule | PresetRule;

export interface HmacRule {
  readonly type: "hmac";
  /** Header of the signature, in lowercase. */
  readonly header: string;
  readonly secret: string;
  readonly algorithm: MacAlgorithm;
  readonly encoding: "hex" | "base64";
  /** Stands before the signature. */
  readonly prefix: string;
  /** With it, what is signed is the value of this header (in lowercase), a dot, and the body. */
  readonly timestamp: { readonly header: string; readonly toleranceMs: number } | null;
}

/** What a known sender says of its signatures. */
export interface PresetRule {
  readonly type: SenderPreset;
  readonly secret: string;
  /** How far the signed time may be from that of arrival; says nothing where no time is signed. */
  readonly toleranceMs: number;
}

export type SenderPreset = "github" | "stripe" | "slack" | "standard-webhooks";

export type MacAlgorithm = "sha256" | "sha1" | "sha512";

/** What a synchronous caller is answered instead of the output. */
export interface RespondRule {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: Template])[];
  readonly body: Template;
  /** Answer as soon as the step of this number has ended, well or not; null for the end of the run. */
  readonly after: number | null;
}

export interface CronTrigger {
  readonly type: "cron";
  readonly schedule: string;
  readonly timezone: string;
  readonly body: Template;
  readonly catchUp: "none" | "latest";
  readonly jitterMs: number;
}

export interface EventTrigger {
  readonly type: "event";
  /** The CloudEvents `type`. */
  readonly event: string;
  readonly when: Expression | null;
}

/** At most `limit` runs of one key at a time. */
export interface Concurrency {
  readonly key: Template | null;
  readonly limit: number;
  readonly onLimit: "queue" | "reject" | "cancel_oldest";
}

export interface Step {
  readonly number: number;
  readonly id: string;
  readonly after: readonly number[];
  /** Steps that name this one in `after`. */
  readonly dependents: readonly number[];
  readonly join: "all" | "any";
  readonly when: Expression | null;
  readonly action: StepAction;
  /** The whole step: attempts and delays; null for none. */
  readonly timeoutMs: number | null;
  readonly onError: "fail" | "continue";
  readonly strategy: Strategy | null;
  /** Directives that a called service may give. */
  readonly directives: ReadonlySet<DirectiveType>;
}

export type DirectiveType = "retry" | "fail" | "poll" | "skip" | "complete";

/** One file a kind in `src/run` decides what it does. */
export type StepAction = RequestAction | ValueAction | WaitAction | SleepAction | ChildAction;

export interface RequestAction {
  readonly type: "request";
  readonly request: RequestTemplate;
  readonly response: ResponseRule;
  readonly retry: RetryPolicy;
  readonly onCrash: "retry" | "fail";
  readonly compensate: Compensation | null;
  /** The wait for the callback that follows the call, or null. */
  readonly wait: WaitRule | null;
}

export interface ValueAction {
  readonly type: "value";
  readonly value: Template;
}

export interface WaitAction {
  readonly type: "wait";
  readonly wait: WaitRule;
}

export interface WaitRule {
  readonly for: WaitFor;
  /** What a signal's body, or an event's data, must fit. */
  readonly schema: Schema | null;
  /** From the start of the wait; null for the longest wait there is. */
  readonly timeoutMs: number;
  readonly onTimeout: "fail" | "reject" | "continue";
  /** What the holder of the callback's address is shown. */
  readonly show: Template | null;
}

export type WaitFor =
  | { readonly type: "signals"; readonly mode: "any" | "all"; readonly names: readonly string[] }
  | {
      readonly type: "event";
      readonly event: string;
      readonly subject: Template | null;
      readonly when: Expression | null;
    }
  | { readonly type: "callback" };

export interface SleepAction {
  readonly type: "sleep";
  readonly for:
    | { readonly type: "duration"; readonly ms: number }
    | { readonly type: "until"; readonly at: Template };
}

/** A run of another workflow, whose result is the step's output. */
export interface ChildAction {
  readonly type: "workflow";
  readonly name: string;
  /** Null for the highest version at the time of the start. */
  readonly version: number | null;
  readonly body: Template;
  readonly compensate: Compensation | null;
}

/** Repeats a step's action over a list. */
export interface Strategy {
  readonly type: "scatter" | "fan_out" | "race" | "batch" | "reduce";
  readonly over: Template;
  /** How many items at once. */
  readonly window: number;
  readonly onError: "fail" | "continue";
  readonly minSuccess: number | null;
  /** Of `batch`: entries a chunk. */
  readonly size: number;
  readonly reduce: { readonly initial: Template; readonly expr: Expression } | null;
}

/** How an answer is judged. */
export interface ResponseRule {
  /** One attempt, from sending to the last byte. Default 30 s. */
  readonly timeoutMs: number;
  readonly schema: Schema | null;
  /** Further statuses that count as success, 100 to 599. */
  readonly expect: readonly number[];
  readonly parse: "auto" | "json" | "text" | "base64";
  readonly maxBytes: number;
  /** How many are followed, 0 to 3; it stands in the request. */
  readonly redirects: number;
  readonly poll: PollRule | null;
  readonly paginate: PaginateRule | null;
}

/** After a first page: further ones, until nothing is next. */
export interface PaginateRule {
  readonly next:
    | { readonly type: "address"; readonly expression: Expression }
    /** A link of this relation in the header `Link` (RFC 8288). */
    | { readonly type: "link"; readonly rel: string }
    /** Query parameters that take the place of the request's own; there is no next page when all are null. */
    | { readonly type: "query"; readonly query: readonly (readonly [name: string, value: Template])[] };
  /** Null for the body itself. */
  readonly items: Expression | null;
  readonly maxPages: number;
}

/** After a first answer: ask again until `while` is false. */
export interface PollRule {
  readonly while: Expression;
  readonly everyMs: number;
  /** From the first answer. */
  readonly maxMs: number;
}

export interface Compensation {
  readonly request: RequestTemplate;
  readonly response: ResponseRule;
  readonly retry: RetryPolicy;
  /** Also undo a step whose outcome is unknown. */
  readonly whenUnknown: boolean;
}

/** What `parseWorkflow` gives for a document. */
export type ParsedWorkflow =
  | {
      readonly ok: true;
      readonly workflow: Workflow;
      readonly warnings: readonly DocumentProblem[];
      /** Texts in Lua, which only the sandbox can check. */
      readonly lua: readonly LuaUse[];
    }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

export interface LuaUse {
  readonly source: string;
  readonly place: Pick<DocumentProblem, "pointer" | "line" | "column" | "length">;
}

export interface DocumentProblem {
  /** Stable, one of the table in `document-problems.ts`. */
  readonly code: string;
  readonly message: string;
  /** What to do, for people; null when the message says it. */
  readonly fix: string | null;
  /** JSON Pointer (RFC 6901) into the document. */
  readonly pointer: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Characters to underline, at least 1. */
  readonly length: number;
}

/** Why a template could not be evaluated: a step's failure, so data. */
export interface EvaluationProblem {
  readonly code: string;
  readonly message: string;
}

export type Evaluated =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: EvaluationProblem };
