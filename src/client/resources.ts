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
  /** The grant that the new version ended, or null. */
  readonly ended_grant: string | null;
}

export interface HookResource {
  readonly id: string;
  readonly workflow: string;
  readonly verify: boolean;
  readonly quota: number;
  readonly waiting: number;
  readonly created_at: string;
  readonly revoked_at: string | null;
}

export interface NewHookResource extends HookResource {
  /** Shown this once. */
  readonly token: string;
  readonly url: string;
}

export interface DeliveryResource {
  readonly id: string;
  readonly hook: string;
  readonly state: "started" | "waiting" | "rejected" | "expired" | "refused";
  readonly run: string | null;
  readonly item: string | null;
  readonly repeated: boolean;
  readonly reason: string | null;
  readonly replay_of: string | null;
  readonly received_at: string;
  readonly expires_at: string;
}

export interface ShownDeliveryResource extends DeliveryResource {
  readonly method: string;
  /** Without those that carry credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
  readonly encoding: "utf-8" | "base64url";
  readonly whole: boolean;
}

export interface ItemResource {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly state: "waiting" | "started" | "rejected" | "expired";
  readonly workflow: string | null;
  readonly hook: string | null;
  readonly run: string | null;
  readonly reason: string | null;
  readonly received_at: string;
  readonly expires_at: string;
  readonly settled_at: string | null;
}

export interface GrantResource {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly triggers: readonly string[];
  readonly hosts: readonly string[];
  readonly secrets: readonly string[];
  readonly verify: boolean;
  readonly created_at: string;
  readonly expires_at: string;
  readonly ended_at: string | null;
  readonly end: string | null;
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

/** A secret that signs the tenant's calls. */
export interface SigningSecretResource {
  /** `keyid` of its signatures. */
  readonly id: string;
  readonly created_at: string;
  /** Null: until it is rotated. */
  readonly signs_until: string | null;
}

export interface NewSigningSecretResource extends SigningSecretResource {
  /** Shown this once. */
  readonly secret: string;
}

export interface RotationResource {
  readonly from: number;
  readonly to: number;
  readonly deep: boolean;
  /** How many there were at the beginning, and how many have been looked at. */
  readonly records: number;
  readonly done: number;
  readonly started_at: string;
  /** Null while it is under way. */
  readonly ended_at: string | null;
}

/** The tenant's key and its last rotation. */
export interface KeyResource {
  readonly generation: number;
  readonly rotation: RotationResource | null;
}

export interface ServerResource {
  /** One, or two while it changes. */
  readonly server_keys: readonly string[];
  readonly origin: string;
  readonly registration: "open" | "invite" | "closed";
}

export interface NewTenantResource {
  readonly tenant: string;
  readonly api_key: string;
  readonly generation: number;
  readonly server_keys: readonly string[];
  readonly origin: string;
}

export interface SessionResource {
  readonly tenant: string;
  readonly created_at: string;
  readonly expires_at: string;
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

export interface AuditEntryResource {
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly actor: { readonly type: string; readonly id: string | null };
  readonly address: string | null;
  readonly fields: Readonly<Record<string, string | number | null | readonly string[]>>;
  /** Names and the like, opened; null when the entry has none. */
  readonly texts: Readonly<Record<string, string>> | null;
  /** Base64url of 32 bytes. */
  readonly mac: string;
}

export interface AuditVerdictResource {
  readonly valid: boolean;
  /** The first entry at which the chain does not hold. */
  readonly fault: { readonly seq: number; readonly what: string } | null;
  /** The last entry up to which it holds. */
  readonly head: { readonly seq: number; readonly mac: string };
  /** The entry of the number that was asked for. */
  readonly at: { readonly seq: number; readonly mac: string } | null;
}
