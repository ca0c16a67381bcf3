// What the engine offers to the ways in: server, command line, simulation.

import type { DocumentProblem } from "../language/workflow.ts";
import type { EventSummary, Page } from "../ports/store.ts";
import type { TriggerData } from "../run/event.ts";
import type { RunView } from "../run/run-view.ts";
import type { RunStatus } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";

export type DocumentFormat = "json" | "yaml";

export interface WorkflowPut {
  readonly status: "created" | "same" | "valid";
  readonly name: string;
  readonly version: number;
  readonly warnings: readonly DocumentProblem[];
}

export interface StoredWorkflow {
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly format: DocumentFormat;
  /** Byte for byte as it was put. */
  readonly text: string;
  readonly createdAt: number;
}

export interface StartRequest {
  readonly workflow: string;
  /** Null for the highest. */
  readonly version: number | null;
  readonly trigger: TriggerData;
  /** The caller's `Idempotency-Key`, or null. */
  readonly idempotencyKey: string | null;
}

export interface StartedRun {
  readonly run: RunId;
  /** True when the idempotency key had started it before. */
  readonly repeated: boolean;
}

export interface RunListItem {
  readonly id: RunId;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface RunQuery {
  readonly workflow?: string;
  readonly statuses?: readonly RunStatus[];
  readonly label?: readonly [name: string, value: string];
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

/** One event for people and programs: its summary, its fields, and the step by its id. */
export interface EventView extends Omit<EventSummary, "step"> {
  readonly step: string | null;
  readonly data: Json;
}

export interface EventPage {
  readonly events: readonly EventView[];
  /** True when the run has ended and nothing after these events is there. */
  readonly ended: boolean;
}

export interface SecretView {
  readonly name: string;
  readonly version: number;
  readonly updatedAt: number;
}

/**
 * Every call may throw a `DispatchedError`; its code names the answer. Nothing resolves before what it tells is durable.
 */
export interface EngineApi {
  /** Takes the lease and goes on with every active run. */
  start(): Promise<void>;
  /** Takes no more work, waits for appends under way, gives the lease back. Runs go on at the next start. */
  stop(): Promise<void>;
  /** Why the engine cannot take work now, or null. */
  unready(): string | null;

  /** Errors: `invalid_document` (extra.problems), `name_mismatch`, `version_conflict`. */
  putWorkflow(
    tenant: TenantId,
    put: {
      readonly name: string | null;
      readonly text: string;
      readonly format: DocumentFormat;
      readonly dryRun: boolean;
    },
  ): Promise<WorkflowPut>;
  getWorkflow(tenant: TenantId, name: string, version: number | null): Promise<StoredWorkflow>;
  listWorkflows(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<StoredWorkflow>>;
  listVersions(
    tenant: TenantId,
    name: string,
    cursor: string | null,
    limit: number,
  ): Promise<Page<StoredWorkflow>>;

  /** Errors: `workflow_not_found`, `version_not_found`, `no_http_trigger`, `schema_mismatch` (extra.problems), `too_many_runs`, `idempotency_conflict`. */
  startRun(tenant: TenantId, start: StartRequest): Promise<StartedRun>;
  /** The run when it has ended, or as it is at `untilMs` (milliseconds since 1970). */
  waitForEnd(tenant: TenantId, run: RunId, untilMs: number): Promise<RunView>;
  getRun(tenant: TenantId, run: RunId): Promise<RunView>;
  /** Events after seq `after`; waits until `untilMs` for the first when there is none yet and the run has not ended. */
  listEvents(tenant: TenantId, run: RunId, after: number, limit: number, untilMs: number): Promise<EventPage>;
  listRuns(
    tenant: TenantId,
    query: RunQuery,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunListItem>>;
  /** Acknowledged once durable. Errors: `run_not_found`, `run_ended`. */
  cancelRun(tenant: TenantId, run: RunId, compensate: boolean): Promise<RunView>;

  /** Name in UPPER_SNAKE_CASE. Errors: `invalid_secret`. */
  putSecret(tenant: TenantId, name: string, value: string): Promise<SecretView>;
  /** Errors: `secret_not_found`. */
  deleteSecret(tenant: TenantId, name: string): Promise<void>;
  listSecrets(tenant: TenantId): Promise<readonly SecretView[]>;
}
