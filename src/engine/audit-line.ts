// One line of an exported audit log: canonical JSON of an entry with its number and code, and its texts opened.

import type { AuditRow } from "../ports/audit-store.ts";
import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";
import { canonicalJson } from "../value/canonical-json.ts";
import type { TenantId } from "../value/id.ts";
import { isJsonObject, type JsonObject } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { type AuditTexts, entryBytes } from "./audit-entry.ts";
import { decodeJson } from "./event-codec.ts";

export interface AuditLine {
  readonly tenant: TenantId;
  readonly seq: number;
  readonly entry: JsonObject;
  readonly body: Uint8Array;
  readonly texts: AuditTexts | null;
  readonly mac: Uint8Array;
}

const members = "entry,mac,seq,tenant,texts";

/** Without a line break. */
export function auditLine({ tenant, seq, body, mac }: AuditRow, texts: AuditTexts | null): string {
  return canonicalJson({ tenant, seq, entry: decodeJson(body), texts, mac: base64Url(mac) });
}

/** Null for any text that `auditLine` does not write, byte for byte. */
export function readAuditLine(text: string): AuditLine | null {
  const parsed = parseJson(text, "ours");
  if (!parsed.ok || !isJsonObject(parsed.value) || canonicalJson(parsed.value) !== text) return null;
  if (Object.keys(parsed.value).sort().join() !== members) return null;
  const { tenant, seq, entry, texts, mac } = parsed.value;
  const bytes = typeof mac === "string" ? bytesOfBase64Url(mac) : null;
  if (typeof tenant !== "string" || typeof seq !== "number" || bytes === null) return null;
  if (!isJsonObject(entry) || (texts !== null && !isTexts(texts))) return null;
  return { tenant: tenant as TenantId, seq, entry, body: entryBytes(entry), texts, mac: bytes };
}

function isTexts(value: unknown): value is AuditTexts {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((text) => typeof text === "string")
  );
}
