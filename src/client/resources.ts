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
  readonly steps: readonly StepResource[];
}

export interface StepResource {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly next_attempt_at: string | null;
  readonly skipped: string | null;
  readonly output: Json;
  readonly error: { readonly code: string; readonly message: string } | null;
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
  readonly updated_at: string;
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
