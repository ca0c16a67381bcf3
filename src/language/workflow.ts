// A workflow as the engine runs it: the checked and compiled form of a document.

import type { Json } from "../value/json.ts";
import type { Expression } from "./expression.ts";
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
}

/** More kinds follow; a workflow has at most one of type `http`. */
export type Trigger = HttpTrigger;

export interface HttpTrigger {
  readonly type: "http";
  readonly schema: Schema | null;
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
}

/** One file a kind in `src/run` decides what it does. */
export type StepAction = RequestAction | ValueAction;

export interface RequestAction {
  readonly type: "request";
  readonly request: RequestTemplate;
  readonly response: ResponseRule;
  readonly retry: RetryPolicy;
  readonly onCrash: "retry" | "fail";
  readonly compensate: Compensation | null;
}

export interface ValueAction {
  readonly type: "value";
  readonly value: Template;
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
  | { readonly ok: true; readonly workflow: Workflow; readonly warnings: readonly DocumentProblem[] }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

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
