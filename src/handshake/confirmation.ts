// The payload of message 4: the session, and the head of the audit log by which a device notices a rollback.

import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";
import { isJsonObject, type JsonObject } from "../value/json.ts";
import { parseInstant } from "../value/parse-instant.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { asObject, readJsonBytes } from "./read-object.ts";
import { readToken } from "./token-text.ts";

/** The last entry of the tenant's audit log. */
export interface AuditHead {
  /** Entries so far; 0 for a log without any. */
  readonly seq: number;
  /** The last entry's code, 32 bytes. */
  readonly mac: Uint8Array;
}

export interface Confirmation {
  /** `dst_sess_…`; null when the purpose opens no session. */
  readonly session: string | null;
  /** When the session ends, in milliseconds since 1970; null when there is none. */
  readonly expiresAt: number | null;
  readonly auditHead: AuditHead;
  /** What came of the action, if there was one. */
  readonly result: JsonObject | null;
}

const macBytes = 32;

/** JSON text: `session` and `expires_at` (RFC 3339), `audit_head` with `seq` and `mac` (base64url), `result`. */
export function writeConfirmation({ session, expiresAt, auditHead, result }: Confirmation): Uint8Array {
  const audit_head = { seq: auditHead.seq, mac: base64Url(auditHead.mac) };
  const expires_at = expiresAt === null ? null : new Date(expiresAt).toISOString();
  return new TextEncoder().encode(stringifyJson({ session, expires_at, audit_head, result }));
}

/** Reads what `writeConfirmation` wrote; null for anything else. */
export function readConfirmation(payload: Uint8Array): Confirmation | null {
  const members = ["session", "expires_at", "audit_head", "result"];
  const object = asObject(readJsonBytes(payload) ?? undefined, members);
  const head = asObject(object?.["audit_head"], ["seq", "mac"]);
  if (object === null || head === null) return null;
  const { session, expires_at, result } = object;
  const { seq, mac } = head;
  const macOf = typeof mac === "string" ? bytesOfBase64Url(mac) : null;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0 || macOf?.length !== macBytes)
    return null;
  if (result !== null && !isJsonObject(result)) return null;
  const auditHead = { seq, mac: macOf };
  if (session === null && expires_at === null) return { session, expiresAt: null, auditHead, result };
  if (typeof session !== "string" || readToken(session)?.kind !== "session") return null;
  const expiresAt = typeof expires_at === "string" ? parseInstant(expires_at) : null;
  return expiresAt === null ? null : { session, expiresAt, auditHead, result };
}
