// The chain of an audit log: each entry's code covers its bytes, its tenant, its number and the code before.

import type { AuditHead } from "../handshake/confirmation.ts";
import { joinFields } from "../handshake/join-fields.ts";
import type { AuditRow } from "../ports/audit-store.ts";
import type { TenantId } from "../value/id.ts";
import { sameBytes } from "./same-bytes.ts";

/** `Vault.codeOfEntry`: who has not the engine integrity key makes none that fits. */
export type CodeOf = (fields: Uint8Array) => Uint8Array;

export type ChainedEntry = Pick<AuditRow, "seq" | "body" | "mac">;

export function macOf(codeOf: CodeOf, tenant: TenantId, after: AuditHead, body: Uint8Array): Uint8Array {
  return codeOf(joinFields("dispatched/v1/audit", tenant, after.seq + 1, after.mac, body));
}

/**
 * - `altered`: its bytes, its tenant, or the entry before is not what its code was made of
 * - `missing`: the entry of this number is not there, and a later one is
 * - `repeated`: an entry of an earlier number stands in its place
 */
export type ChainFault = "altered" | "missing" | "repeated";

export type ChainVerdict =
  | { readonly ok: true; readonly head: AuditHead }
  /** `seq`: the first number at which the chain does not hold; everything before it does. */
  | { readonly ok: false; readonly seq: number; readonly fault: ChainFault };

/**
 * Whether `entries` follow `after`, as the engine wrote them. Entries cut off at the end are not told by this: only a head
 * that is known from elsewhere tells them (`judgeHead`).
 */
export function verifyChain(
  codeOf: CodeOf,
  tenant: TenantId,
  after: AuditHead,
  entries: readonly ChainedEntry[],
): ChainVerdict {
  let head = after;
  for (const { seq, body, mac } of entries) {
    const next = head.seq + 1;
    if (seq !== next) return { ok: false, seq: next, fault: seq > next ? "missing" : "repeated" };
    if (!sameBytes(mac, macOf(codeOf, tenant, head, body))) return { ok: false, seq, fault: "altered" };
    head = { seq, mac };
  }
  return { ok: true, head };
}
