// What the engine offers to the ways in: server, command line, simulation.

import type { AuditHead } from "../handshake/confirmation.ts";
import type { DocumentProblem } from "../language/workflow.ts";
import type { EventSummary, Page } from "../ports/store.ts";
import type { Doing } from "../run/doing.ts";
import type { Responded, TriggerData } from "../run/event.ts";
import type { Explanation } from "../run/explain.ts";
import type { NowLine } from "../run/now-line.ts";
import type { RunView } from "../run/run-view.ts";
import type { RunStatus } from "../run/status.ts";
import type { GrantId, RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import type { AuditActor } from "./audit-entry.ts";
import type { AuditLines } from "./audit-export.ts";
import type { AuditPage, AuditVerdict } from "./audit-reader.ts";
import type { BulkApi } from "./bulk-api.ts";
import type { DeliveryDesk } from "./delivery-desk.ts";
import type { HostRules } from "./host-rules.ts";
import type { InboxApi } from "./inbox-api.ts";
import type { ReviewApi } from "./review-api.ts";
import type { RotationView } from "./rotations.ts";
import type { SigningApi } from "./signing-api.ts";

export type DocumentFormat = "json" | "yaml";

export interface WorkflowPut {
  readonly status: "created" | "same" | "valid";
  readonly name: string;
  readonly version: number;
  /** As in `StoredWorkflow`; of a check only, what it would be. */
  readonly tag: string;
  readonly warnings: readonly DocumentProblem[];
  /** The grant that a new version ended, or null. */
  readonly endedGrant: GrantId | null;
}

export interface StoredWorkflow {
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly format: DocumentFormat;
  /** Byte for byte as it was put. */
  readonly text: string;
  readonly createdAt: number;
  /** Another for every version and other bytes. */
  readonly tag: string;
  /** When the workflow was deleted (milliseconds since 1970), where one is asked for; null when it is not. */
  readonly deletedAt: number | null;
}

export interface DeletedWorkflow {
  readonly name: string;
  /** The highest that was stored: the next is above it. */
  readonly version: number;
  readonly deletedAt: number;
}

export interface StartRequest {
  readonly workflow: string;
  /** Null for the highest. */
  readonly version: number | null;
  readonly trigger: TriggerData;
  /** The caller's `Idempotency-Key`, or null. */
  readonly idempotencyKey: string | null;
}

/** Members that are stored bodies read them once they are at hand; `jsonChunks` passes them on unread. */
export interface RunAnswer {
  readonly view: RunView;
  /** Null while the run has given none. */
  readonly responded: Responded | null;
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
  /** The engine leaves it as it is: its log cannot be read, or what is next cannot be decided. */
  readonly quarantined: boolean;
  readonly doing: readonly Doing[];
  readonly now: NowLine;
  readonly labels: Readonly<Record<string, string>>;
  /** Of one that ended badly: what it has in common with others that did so alike. */
  readonly fingerprint: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface RunQuery {
  readonly workflow?: string;
  readonly statuses?: readonly RunStatus[];
  readonly label?: readonly [name: string, value: string];
  /** Does any of these; `overdue`: was due a minute ago and more, and no node has taken it. */
  readonly doing?: readonly (Doing | "overdue")[];
  /** Ended badly like these: 32 hexadecimal digits, as a group of failures tells them. */
  readonly fingerprint?: string;
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

/** A CloudEvent 1.0 in its JSON form. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly specversion: "1.0";
  readonly subject?: string;
  readonly time?: string;
  readonly data?: Json;
}

export interface EventReceipt {
  readonly id: string;
  readonly source: string;
  /** True when it had come before. */
  readonly repeated: boolean;
}

export interface ScheduleView {
  readonly workflow: string;
  readonly version: number;
  readonly schedule: string;
  readonly timezone: string;
  readonly catchUp: "none" | "latest";
  readonly jitterMs: number;
  /** The next due times (milliseconds since 1970), jitter not included. */
  readonly next: readonly number[];
}

/** What the holder of a callback's address is shown. */
export type CallbackView =
  | {
      readonly status: "waiting";
      readonly show: Json;
      /** What the answer must fit; null for anything. */
      readonly schema: Json;
      readonly until: number;
    }
  /** `over`: it ended without an answer. `at`: null while the call that it follows is still under way. */
  | { readonly status: "answered" | "over"; readonly at: number | null };

export interface RerunRequest {
  /** Ids of the steps to run again, and items as `step[3]`; empty for those that failed. */
  readonly from: readonly string[];
  /** Null for the version of the run. */
  readonly version: number | null;
  /** The trigger's body to use instead; undefined keeps it. */
  readonly body?: Json;
  /** Of 1 to 255 characters: the same key makes one run, however often it is asked for. */
  readonly idempotencyKey?: string | null;
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
  /** Null: it may be sent anywhere. */
  readonly allowedHosts: readonly string[] | null;
}

export interface SecretPut {
  readonly value: string;
  /** `api.example.com`, `*.example.com`, `localhost:8080`; null for anywhere; undefined leaves it as it is. */
  readonly allowedHosts?: readonly string[] | null | undefined;
}

export interface SecretStored extends SecretView {
  readonly warnings: readonly string[];
}

/**
 * Every call may throw a `DispatchedError`; its code names the answer. Nothing resolves before what it tells is durable.
 */
export interface EngineApi extends InboxApi {
  readonly review: ReviewApi;
  readonly bulks: BulkApi;
  /** What came by hooks, and what became of it. */
  readonly deliveries: Pick<DeliveryDesk, keyof DeliveryDesk>;
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
      /** Must hold for the tag of the highest version (null: there is none), or it is `precondition_failed`. */
      readonly precondition?: (tag: string | null) => boolean;
    },
    by?: AuditActor,
  ): Promise<WorkflowPut>;
  /**
   * From now on nothing starts by it: its triggers, hooks and grant end. What is active goes on, what is stored can be read,
   * and a higher version takes it back. `precondition` as of `putWorkflow`. Errors: `workflow_not_found`,
   * `precondition_failed`.
   */
  deleteWorkflow(
    tenant: TenantId,
    name: string,
    by?: AuditActor,
    precondition?: (tag: string | null) => boolean,
  ): Promise<DeletedWorkflow>;
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
  /** `key`: the sender's `Idempotency-Key`. Errors: `run_not_found`, `run_ended`, `signal_unknown`, `schema_mismatch`, `too_many_signals`, `idempotency_conflict`. */
  sendSignal(tenant: TenantId, run: RunId, name: string, body: Json, key: string | null): Promise<void>;
  /** What the callback of this token may be shown. Errors: `callback_unknown`. */
  showCallback(token: string): Promise<CallbackView>;
  /** Errors: `callback_unknown`, `wait_over`, `schema_mismatch`. */
  answerCallback(token: string, body: Json, key: string | null): Promise<void>;
  /** Stops new starts; what is under way goes on. Errors: `run_not_found`, `run_ended`. */
  pauseRun(tenant: TenantId, run: RunId): Promise<RunView>;
  resumeRun(tenant: TenantId, run: RunId): Promise<RunView>;
  /** Tries again to undo what failed to be undone. Errors: `run_not_ended`, `nothing_to_compensate`, `outcome_in_use`. */
  compensateRun(tenant: TenantId, run: RunId): Promise<RunView>;
  /** A new run from chosen steps. Errors: `run_not_ended`, `step_not_found`, `rerun_body_not_allowed`. */
  rerun(tenant: TenantId, run: RunId, request: RerunRequest): Promise<StartedRun>;
  explainRun(tenant: TenantId, run: RunId): Promise<Explanation>;
  /** Takes CloudEvents: each starts runs and ends waits, once. */
  putEvents(tenant: TenantId, events: readonly CloudEvent[]): Promise<readonly EventReceipt[]>;
  listSchedules(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<ScheduleView>>;
  /** The answer of a run's `respond`, its end, or what it is at `untilMs`. */
  waitForAnswer(tenant: TenantId, run: RunId, untilMs: number): Promise<RunAnswer>;
  /** How long a synchronous caller of the workflow is kept waiting (milliseconds). */
  syncTimeout(tenant: TenantId, workflow: string, version: number | null): Promise<number>;

  /** Acknowledged once durable. Errors: `run_not_found`, `run_ended`. */
  cancelRun(tenant: TenantId, run: RunId, compensate: boolean): Promise<RunView>;

  /** Name in UPPER_SNAKE_CASE. Errors: `invalid_secret`. */
  putSecret(tenant: TenantId, name: string, put: SecretPut, by?: AuditActor): Promise<SecretStored>;
  /** Errors: `secret_not_found`. */
  deleteSecret(tenant: TenantId, name: string, by?: AuditActor): Promise<void>;
  listSecrets(tenant: TenantId): Promise<readonly SecretView[]>;
  readonly signing: SigningApi;
  /** Rules of tenants for the hosts that they call. */
  readonly hosts: Pick<HostRules, "list" | "get" | "put" | "delete" | "standing" | "met">;
  /** The last rotation of the tenant's key; null for none. */
  showRotation(tenant: TenantId): Promise<RotationView | null>;

  /** Newest first. @param before entries of lower numbers only, or null */
  listAudit(tenant: TenantId, before: number | null, limit: number): Promise<AuditPage>;
  /** @param seq of an entry whose code the caller knows, and compares with what is answered; 0 for none; `later`: only what follows it */
  verifyAudit(tenant: TenantId, seq: number, later?: boolean): Promise<AuditVerdict>;
  /** @param lines of an export, without their breaks, that follow `after` */
  verifyAuditLines(tenant: TenantId, after: AuditHead, lines: readonly string[]): AuditVerdict;
  /** @param after the number of the last entry that was read, 0 for none. Errors: `unauthenticated` for the permit. */
  exportAudit(tenant: TenantId, permit: string, after: number, limit: number): Promise<AuditLines>;
}
