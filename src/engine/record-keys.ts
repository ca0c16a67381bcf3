// The data keys of stored records as a rotation sees them: their places, and their wraps for the current generation.

import { type KeptRecord, type KeyKind, keyOfTrigger } from "../ports/key-store.ts";
import type { DataKey, Place, Vault } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import { auditPlace } from "./audit.ts";
import { entryIdOf } from "./audit-entry.ts";
import { hex } from "./hex.ts";
import { joinSealed } from "./triggers.ts";

const tables: Readonly<Record<KeyKind, Place["table"]>> = {
  run: "run",
  child: "run",
  definition: "definition",
  secret: "secret",
  trigger: "trigger",
  incoming: "incoming",
  inbox: "inbox",
  hook: "hook",
  delivery: "delivery",
  grant: "grant",
  audit: "audit",
};

/** Where the record's data key stands. */
export function keyPlaceOf(tenant: TenantId, record: KeptRecord): Place {
  const { kind, row, version, place, origin } = record;
  // An event is not sealed again: it waits under the key with which it came in.
  if (kind === "inbox" && origin !== null) {
    return { tenant, table: "incoming", column: "key", row: hex(origin), version: 0 };
  }
  if (kind === "audit" && origin !== null) return auditPlace(tenant, entryIdOf(origin), "key");
  const column = kind === "trigger" ? `key/${place}` : "key";
  return { tenant, table: tables[kind], column, row, version };
}

/** Where what it seals stands. */
export function sealedPlaceOf(tenant: TenantId, record: KeptRecord): Place {
  const { kind, place } = record;
  const column = kind === "trigger" ? `sealed/${place}` : tables[kind] === "run" ? "card" : "sealed";
  return { ...keyPlaceOf(tenant, record), column };
}

/** The wrapped key alone. */
export function wrappedKeyOf({ kind, key }: KeptRecord): Uint8Array {
  return kind === "trigger" ? keyOfTrigger(key) : key;
}

/** What takes the place of `KeptRecord.key` when its wrapped key becomes `wrapped`. */
export function withWrappedKey({ kind, key }: KeptRecord, wrapped: Uint8Array): Uint8Array {
  return kind === "trigger" ? joinSealed(wrapped, sealedOfTrigger(key)) : wrapped;
}

/** What the key of a trigger seals: the rest of the column. */
export function sealedOfTrigger(column: Uint8Array): Uint8Array {
  return column.subarray(2 + keyOfTrigger(column).length);
}

/**
 * The record's key for the current generation; null when it is so already. Errors: `locked`, `sealed_data_damaged`.
 * @param root of a child, whenever its root may have got another key
 */
export function rewrapped(
  vault: Vault,
  tenant: TenantId,
  record: KeptRecord,
  root: DataKey | null = null,
): Uint8Array | null {
  const wrapped = vault.rewrap(keyPlaceOf(tenant, record), wrappedKeyOf(record), root);
  return wrapped === null ? null : withWrappedKey(record, wrapped);
}
