// What an audit entry says, and its bytes.

import type { Vault } from "../ports/vault.ts";
import { base64Url } from "../value/base64-url.ts";
import { canonicalJson } from "../value/canonical-json.ts";
import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { decodeJson } from "./event-codec.ts";
import { hex } from "./hex.ts";

/** Published: an action keeps its name and meaning. */
export type AuditAction =
  | "tenant.created"
  | "tenant.deleted"
  | "session.opened"
  /** By sign-out, a rotation, or another's request; its end by time stands in `session.opened`. */
  | "session.ended"
  | "sign_in_link.made"
  | "api_key.replaced"
  | "key.rotated"
  | "recovery.set"
  | "recovery.used"
  | "workflow.put"
  | "workflow.deleted"
  | "secret.put"
  | "secret.deleted"
  | "signing_secret.made"
  | "signing_secret.rotated"
  | "signing_secret.revoked"
  | "host_rule.put"
  | "host_rule.deleted"
  /** The engine opened these runs while nobody of the tenant was signed in at the node. */
  | "run.opened_by_engine"
  | "hook.made"
  | "hook.revoked"
  | "delivery.replayed"
  | "grant.made"
  | "grant.revoked"
  /** It let runs start, or a signature be checked, while nobody was signed in. */
  | "grant.used"
  | "log.exported";

/** On whose account something was done. */
export interface AuditActor {
  readonly type: "session" | "link" | "api_key" | "run_token" | "device" | "hook" | "grant" | "engine";
  /** The beginning of a credential's SHA-256, or the id of a hook or grant; null where there is none. */
  readonly id: string | null;
  /** Of the caller, where it is known. */
  readonly address: string | null;
}

export const engineItself: AuditActor = { type: "engine", id: null, address: null };
/** Of calls within the process, which bring no credential. */
export const someSession: AuditActor = { type: "session", id: null, address: null };

export type AuditFields = Readonly<Record<string, string | number | null | readonly string[]>>;
export type AuditTexts = Readonly<Record<string, string>>;

export interface AuditDraft {
  readonly action: AuditAction;
  readonly by: AuditActor;
  /** In the clear: ids, codes, versions, times, generations, epochs. Nothing that the tenant wrote. */
  readonly fields: AuditFields;
  /** What the tenant wrote, such as names: sealed. */
  readonly texts?: AuditTexts;
}

/** An entry as its bytes hold it. */
export interface AuditEntry {
  /** Random: no two entries are alike. */
  readonly id: string;
  /** RFC 3339, in UTC. */
  readonly at: string;
  readonly action: string;
  readonly actor: { readonly type: string; readonly id: string | null };
  readonly address: string | null;
  readonly fields: AuditFields;
  /** Keyed hash of the sealed texts in base64url, or null. */
  readonly texts: string | null;
}

const credentialIdBytes = 6;

/** Names a credential without telling anything of it. @param hash SHA-256 of its text */
export function credentialId(hash: Uint8Array): string {
  return hex(hash.subarray(0, credentialIdBytes));
}

const encoder = new TextEncoder();

export function entryBytes(entry: JsonObject): Uint8Array {
  return encoder.encode(canonicalJson(entry));
}

/** @param body an entry's bytes */
export function entryIdOf(body: Uint8Array): string {
  return (decodeJson(body) as unknown as AuditEntry).id;
}

/** Ties texts to one entry; salted with its id, so that equal texts of two entries do not look alike. */
export function textsHash(vault: Vault, tenant: TenantId, id: string, texts: AuditTexts): string {
  return base64Url(vault.hash(tenant, "audit", `${id}\n${canonicalJson(texts)}`));
}
