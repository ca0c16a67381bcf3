// The part of the store that keeps each tenant's audit log: entries in order, never changed, each with a code.

import type { AuditHead } from "../handshake/confirmation.ts";
import type { TenantId } from "../value/id.ts";

export interface AuditRow {
  readonly tenant: TenantId;
  /** From 1 on, without a gap. */
  readonly seq: number;
  /** The entry: canonical JSON in UTF-8. */
  readonly body: Uint8Array;
  /** The data key of `sealed`, wrapped for the tenant; null when nothing is sealed. Not under the code: a rotation wraps it anew. */
  readonly key: Uint8Array | null;
  /** What the tenant itself wrote, sealed; null when the entry has none of it. */
  readonly sealed: Uint8Array | null;
  /** 32 bytes over tenant, `seq`, `body` and the code of the entry before. */
  readonly mac: Uint8Array;
}

/** Entries of one tenant that follow each other, and the head that the first of them follows. */
export interface AuditAppend {
  readonly after: AuditHead;
  readonly rows: readonly AuditRow[];
}

/**
 * Writes that are audited take an `AuditAppend`: its rows are there exactly when the write has taken effect. When `after`
 * is no longer the tenant's head, or a key of the rows was wrapped for a generation of the tenant's key that has been
 * replaced, they answer `audit_moved`, and nothing was changed.
 */
export type AuditMoved = "audit_moved";

/** The head of a log without any entry. */
export const emptyHead: AuditHead = { seq: 0, mac: new Uint8Array(32) };

/** As of the store: what is appended is durable when the promise resolves. */
export interface AuditStore {
  /** False as of `AuditMoved`. */
  append(tenant: TenantId, append: AuditAppend): Promise<boolean>;
  /** `emptyHead` for a log without any entry. */
  head(tenant: TenantId): Promise<AuditHead>;
  /** Entries from `fromSeq` on, in order, at most `limit`. */
  read(tenant: TenantId, fromSeq: number, limit: number): Promise<readonly AuditRow[]>;
}
