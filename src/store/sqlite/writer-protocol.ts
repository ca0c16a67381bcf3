// What the loop and the writer thread say to each other.

import type { HandshakeUse, SessionLink, SessionRow, TenantRow } from "../../ports/account-store.ts";
import type { AuditAppend } from "../../ports/audit-store.ts";
import type { KeyChange, RotationStep } from "../../ports/key-store.ts";
import type { LiveRecords } from "../../ports/live-records.ts";
import type {
  DefinitionRow,
  Fence,
  IncomingRow,
  LeaseRequest,
  RunName,
  SecretRow,
  TriggerRow,
} from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import type { BulkWrite } from "./bulk-writes.ts";
import type { EpochWrite } from "./epoch-writes.ts";
import type { InboxWrite } from "./inbox-protocol.ts";

/** Options of the store that its thread honours; all but the file are for tests. */
export interface WriterOptions {
  readonly file: string;
  /** Pause before every commit, in milliseconds: shows that nobody waits for the disk on the loop. */
  readonly commitDelayMs?: number;
  /** The database takes no more pages than this, as on a full disk. */
  readonly pagesMax?: number;
  /** At the `after`-th time that it comes to this point the process kills itself, or the commit says nothing. */
  readonly crash?: { readonly point: CrashPoint; readonly after: number };
  /** The log of writes is emptied this often, in milliseconds, when something was written. Default a minute. */
  readonly logEmptiedEveryMs?: number;
}

/** What the store tells: what older versions had deleted is erased while it opens, which takes a while. */
export type StoreNotice =
  | { readonly event: "store.erasing"; readonly bytes: number }
  | { readonly event: "store.erased"; readonly ms: number }
  /** Tried again at the next start. */
  | { readonly event: "store.erase_failed"; readonly reason: string }
  /** For ten minutes, because somebody reads, say: it grows. */
  | { readonly event: "store.log_not_emptied"; readonly reason: string };

export type CrashPoint = "before_commit" | "after_commit" | "unknown_commit";

export type WriterRequest =
  | { readonly op: "append"; readonly count: number; readonly packed: Uint8Array<ArrayBuffer> }
  | { readonly op: "openLease"; readonly request: LeaseRequest }
  | { readonly op: "renewLease"; readonly fence: Fence; readonly request: LeaseRequest }
  | { readonly op: "closeLease"; readonly fence: Fence; readonly released: readonly RunName[] }
  | {
      readonly op: "claim";
      readonly fence: Fence;
      readonly now: number;
      readonly limit: number;
      readonly open: readonly TenantId[];
    }
  | { readonly op: "setAside"; readonly fence: Fence; readonly name: RunName }
  | { readonly op: "dropEnded"; readonly fence: Fence; readonly now: number; readonly limit: number }
  | {
      readonly op: "claimRun";
      readonly fence: Fence;
      readonly now: number;
      readonly name: RunName;
      readonly ended: boolean;
    }
  | {
      readonly op: "putDefinition";
      readonly row: DefinitionRow;
      readonly triggers: readonly TriggerRow[];
      readonly audit: AuditAppend | undefined;
      readonly expected: number | undefined;
    }
  | {
      readonly op: "deleteDefinition";
      readonly tenant: TenantId;
      readonly name: Uint8Array;
      readonly at: number;
      readonly audit: AuditAppend | undefined;
      readonly expected: number | undefined;
    }
  | {
      readonly op: "moveTrigger";
      readonly row: TriggerRow;
      readonly nextAt: number | null;
      readonly scheduledAt: number | null;
    }
  | { readonly op: "putIncoming"; readonly rows: readonly IncomingRow[] }
  | { readonly op: "settleIncoming"; readonly tenant: TenantId; readonly id: Uint8Array }
  | { readonly op: "dropIncoming"; readonly beforeMs: number; readonly limit: number }
  | { readonly op: "putSecret"; readonly row: SecretRow; readonly audit: AuditAppend | undefined }
  | { readonly op: "appendAudit"; readonly tenant: TenantId; readonly append: AuditAppend }
  | { readonly op: "keepLive"; readonly tenant: TenantId; readonly records: LiveRecords }
  | { readonly op: "dropLive" }
  | { readonly op: "createTenant"; readonly row: TenantRow; readonly audit: AuditAppend | undefined }
  | { readonly op: "useHandshake"; readonly tenant: TenantId; readonly use: HandshakeUse }
  | {
      readonly op: "linkSession";
      readonly row: SessionRow & { readonly link: SessionLink };
      readonly uses: Uint8Array | null;
      readonly audit: AuditAppend | undefined;
    }
  | {
      readonly op: "endSessions";
      readonly tenant: TenantId;
      readonly token: Uint8Array | null;
      readonly audit: AuditAppend | undefined;
    }
  | { readonly op: "dropEndedSessions"; readonly beforeMs: number }
  | { readonly op: "epochs"; readonly write: EpochWrite }
  | { readonly op: "bulks"; readonly write: BulkWrite }
  | {
      readonly op: "replaceKeys";
      readonly tenant: TenantId;
      readonly changes: readonly KeyChange[];
      readonly step: RotationStep | null;
    }
  | InboxWrite
  | { readonly op: "close" };

/** Answers come in the order of the requests. */
export type WriterAnswer =
  | { readonly type: "notice"; readonly notice: StoreNotice }
  | { readonly type: "ready" }
  | {
      readonly type: "refused";
      readonly code: string;
      readonly message: string;
      readonly hint: string | null;
    }
  | { readonly type: "done"; readonly result: unknown }
  /** Nothing was changed. */
  | { readonly type: "rolled_back"; readonly reason: string }
  /** A commit failed in a way that does not say whether it is on the disk. The thread has ended. */
  | { readonly type: "unknown"; readonly reason: string };
