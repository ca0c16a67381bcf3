// Events that came in: sealed as they are stored, opened for triggers and waits.

import type { IncomingRow } from "../ports/store.ts";
import type { Place, Vault } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import type { CloudEvent } from "./engine-api.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { hex } from "./hex.ts";
import { topicHash } from "./unit-extra.ts";

export function sealIncoming(
  vault: Vault,
  tenant: TenantId,
  event: CloudEvent,
  receivedAt: number,
): IncomingRow {
  const id = vault.hash(tenant, "incoming", `${event.source}\n${event.id}`);
  const { key, kept } = vault.createKey(placeOf(tenant, id, "key"), { live: true });
  const topics = [topicHash(vault, tenant, event.type, null)];
  if (event.subject !== undefined) topics.push(topicHash(vault, tenant, event.type, event.subject));
  const sealed = vault.seal(key, placeOf(tenant, id, "sealed"), encodeJson(event as unknown as Json));
  return { tenant, id, topics, receivedAt, ...kept, sealed };
}

export interface OpenedIncoming {
  /** The keyed hash of its source and id, hexadecimal. */
  readonly key: string;
  readonly event: JsonObject;
}

export function openIncoming(vault: Vault, row: IncomingRow): OpenedIncoming {
  const { tenant, id } = row;
  const key = vault.unwrapKey(placeOf(tenant, id, "key"), row);
  const event = decodeJson(vault.open(key, placeOf(tenant, id, "sealed"), row.sealed));
  return { key: hex(id), event: event as JsonObject };
}

function placeOf(tenant: TenantId, id: Uint8Array, column: string): Place {
  return { tenant, table: "incoming", column, row: hex(id), version: 0 };
}
