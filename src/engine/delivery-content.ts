// What came with a request to a hook, sealed to its tenant: who is not signed in cannot be read, but can be written to.

import type { DeliveryRow } from "../ports/delivery-store.ts";
import type { Place, Vault } from "../ports/vault.ts";
import type { TriggerData } from "../run/event.ts";
import type { DeliveryId, HookId, TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { isCredential } from "./credential-headers.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";

export interface DeliveryContent {
  readonly method: string;
  /** Lowercase names; without those that carry credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** As it came, byte for byte: as text where it is UTF-8, else in base64url. */
  readonly body: string;
  readonly encoding: "utf-8" | "base64url";
  /** False when more came than is kept, or when it was not read to its end. */
  readonly whole: boolean;
  /** Of one that was sent again: when it came for the first time. */
  readonly firstAt?: number;
}

/** Bytes that are kept of the body of what was refused. */
export const refusedBodyMax = 64 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function contentOf({ method, headers, query, rawBody }: TriggerData): DeliveryContent {
  return { method, headers, query, body: rawBody ?? "", encoding: "utf-8", whole: true };
}

/** Of what was refused no more is kept than may be: anybody can send it. */
export function shortened(content: DeliveryContent): DeliveryContent {
  const { body, encoding } = content;
  if (encoding === "base64url") {
    const max = Math.floor(refusedBodyMax / 3) * 4;
    return body.length <= max ? content : { ...content, body: body.slice(0, max), whole: false };
  }
  if (body.length * 3 <= refusedBodyMax) return content;
  const bytes = encoder.encode(body);
  if (bytes.length <= refusedBodyMax) return content;
  let end = refusedBodyMax;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return { ...content, body: decoder.decode(bytes.subarray(0, end)), whole: false };
}

/** Where a delivery came, and when: it stands beside what is sealed, and in it, so that nobody sends it elsewhere. */
type Arrival = Pick<DeliveryRow, "tenant" | "id" | "hook" | "receivedAt">;

export function sealDelivery(
  vault: Vault,
  { tenant, id, hook, receivedAt }: Arrival,
  content: DeliveryContent,
): Pick<DeliveryRow, "key" | "sealed"> {
  const { key, kept } = vault.createKey(placeOf(tenant, id, "key"));
  const headers = Object.entries(content.headers).filter(([name]) => !isCredential(name));
  const shown = { ...content, headers: Object.fromEntries(headers) };
  const plain = encodeJson({ content: shown as unknown as Json, hook, receivedAt });
  return { key: kept.key, sealed: vault.seal(key, placeOf(tenant, id, "sealed"), plain) };
}

/** Errors: `locked`, `sealed_data_damaged`. */
export function openDelivery(vault: Vault, row: DeliveryRow): DeliveryContent {
  const { tenant, id, hook, receivedAt, sealed } = row;
  const key = vault.unwrapKey(placeOf(tenant, id, "key"), { key: row.key, live: null });
  const opened = decodeJson(vault.open(key, placeOf(tenant, id, "sealed"), sealed)) as JsonObject;
  const [ownHook, at] = [opened["hook"] as HookId, opened["receivedAt"]];
  if (ownHook !== hook || Number(at) !== receivedAt)
    throw new DispatchedError("sealed_data_damaged", `the row of ${id} was altered`);
  return opened["content"] as unknown as DeliveryContent;
}

function placeOf(tenant: TenantId, id: DeliveryId, column: string): Place {
  return { tenant, table: "delivery", column, row: id, version: 0 };
}
