// What the HTTP API answers, as a client sees it.

import type { Json } from "../value/json.ts";

export interface RunResource {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: string;
  /** One line: what it is really doing now. */
  readonly now: string;
  readonly seq: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly output: Json;
  readonly error: { readonly step: string | null; readonly code: string; readonly message: string } | null;
  readonly compensation: string | null;
  /** The run that started this one, or null. */
  readonly parent: { readonly run: string; readonly item: number | null } | null;
  readonly rerun_of: string | null;
  /** Names of signals that no wait has taken yet. */
  readonly early_signals: readonly string[];
  readonly steps: readonly StepResource[];
}

export interface StepResource {
  readonly id: string;
  readonly status: string;
  /** What it does while it runs, or null. */
  readonly phase: string | null;
  readonly attempts: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly next_attempt_at: string | null;
  readonly waits_until: string | null;
  readonly skipped: string | null;
  readonly output: Json;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly items: ItemsResource | null;
  /** Run id of the child that it started, or null. */
  readonly child: string | null;
}

export interface ItemsResource {
  readonly count: number;
  readonly started: number;
  readonly open: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly undone: number;
  readonly failures: readonly {
    readonly item: number;
    readonly error: { readonly code: string; readonly message: string };
  }[];
}

export interface RunItemResource {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly created_at: string;
  readonly ended_at: string | null;
}

export interface EventResource {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly step: string | null;
  readonly data: Json;
}

export interface WorkflowResource {
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly format: "json" | "yaml";
  readonly created_at: string;
  /** Only where one workflow is asked for. */
  readonly text?: string;
}

export interface PutResource {
  readonly name: string;
  readonly version: number;
  readonly status: "created" | "same" | "valid";
}

export interface SecretResource {
  readonly name: string;
  readonly version: number;
  /** Null: it may be sent anywhere. */
  readonly allowed_hosts: readonly string[] | null;
  readonly updated_at: string;
  /** Only where it was just stored. */
  readonly warnings?: readonly string[];
}

export interface ProblemResource {
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly problems?: readonly DocumentProblemResource[];
}

export interface DocumentProblemResource {
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  readonly pointer: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface ExplanationResource {
  readonly run: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: string;
  readonly verdict: string;
  readonly failure: {
    readonly step: string | null;
    readonly item: number | null;
    readonly attempt: number | null;
    readonly code: string;
    readonly message: string;
    readonly request: string | null;
    readonly status: number | null;
  } | null;
  readonly cause: string | null;
  readonly consequence: string | null;
  readonly next: { readonly action: string; readonly text: string };
  /** The child run in which the cause lies, and its own explanation. */
  readonly child: string | null;
  readonly inner: ExplanationResource | null;
}

export interface RerunResource {
  readonly run: string;
  readonly location: string;
  readonly rerun_of: string;
}

export interface BulkResource {
  readonly matched: number;
  /** `code` is null where it was done. */
  readonly results: readonly {
    readonly run: string;
    readonly code: string | null;
    readonly created: string | null;
  }[];
}

export interface ReceiptResource {
  readonly id: string;
  readonly source: string;
  readonly repeated: boolean;
}

export interface ScheduleResource {
  readonly workflow: string;
  readonly version: number;
  readonly schedule: string;
  readonly timezone: string;
  readonly catch_up: "none" | "latest";
  readonly jitter_ms: number;
  readonly next: readonly string[];
}

export type CallbackResource =
  | { readonly status: "waiting"; readonly show: Json; readonly until: string }
  | { readonly status: "answered"; readonly at: string | null };
