// What waits in the inbox, sealed to its tenant: who is not signed in cannot be read, but can be written to.

import type { InboxRow } from "../ports/inbox-store.ts";
import type { Place, Vault } from "../ports/vault.ts";
import type { TriggerData } from "../run/event.ts";
import type { ItemId, RunId, TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { hex } from "./hex.ts";
import { openIncoming } from "./incoming.ts";

/** `key`: the sender's `Idempotency-Key`, or null. */
export type InboxBody =
  | {
      readonly type: "start";
      /** Null for the highest. */
      readonly version: number | null;
      readonly trigger: TriggerData;
      readonly key: string | null;
    }
  | {
      readonly type: "signal";
      readonly run: RunId;
      readonly name: string;
      readonly body: Json;
      readonly key: string | null;
    }
  | CallbackBody
  | { readonly type: "cancel"; readonly run: RunId; readonly compensate: boolean }
  | { readonly type: "cron"; readonly dueAt: number }
  | { readonly type: "event"; readonly event: Json; readonly key: string };

export interface CallbackBody {
  readonly type: "callback";
  readonly token: string;
  readonly body: Json;
  readonly key: string | null;
  /** As it may be shown: it was judged, and was not taken. */
  readonly masked?: true;
}

/** An event is not sealed again: it waits as it came in. */
type SealedBody = Exclude<InboxBody, { type: "event" }>;

/** Where an item goes: it stands beside what is sealed, and in it, so that nobody sends it elsewhere. */
type Aim = Pick<InboxRow, "hook" | "workflow" | "trigger">;

function aimOf({ hook, workflow, trigger }: Aim): readonly (string | number | null)[] {
  return [hook, workflow === null ? null : hex(workflow), trigger?.version ?? null, trigger?.place ?? null];
}

export function sealItem(vault: Vault, tenant: TenantId, id: ItemId, body: SealedBody, aim: Aim) {
  const { key, kept } = vault.createKey(placeOf(tenant, id, "key"));
  return { key: kept.key, sealed: vault.seal(key, placeOf(tenant, id, "sealed"), plainOf(body, aim)) };
}

function plainOf(body: SealedBody, aim: Aim): Uint8Array {
  return encodeJson({ body: body as unknown as Json, aim: aimOf(aim) });
}

/** What is kept in place of what came. Errors: `locked`. */
export function resealItem(vault: Vault, row: InboxRow, body: SealedBody): Pick<InboxRow, "key" | "sealed"> {
  const { tenant, id, key: wrapped } = row;
  const key = vault.unwrapKey(placeOf(tenant, id, "key"), { key: wrapped, live: null });
  return { key: wrapped, sealed: vault.seal(key, placeOf(tenant, id, "sealed"), plainOf(body, row)) };
}

/** Errors: `locked`, `sealed_data_damaged`. */
export function openItem(vault: Vault, row: InboxRow): InboxBody {
  const { tenant, id, trigger, key: wrapped, sealed } = row;
  if (trigger !== null && trigger.event !== null) {
    const incoming = { tenant, id: trigger.event, topics: [], receivedAt: row.receivedAt, live: null };
    const { key, event } = openIncoming(vault, { ...incoming, key: wrapped, sealed });
    return { type: "event", event, key };
  }
  const key = vault.unwrapKey(placeOf(tenant, id, "key"), { key: wrapped, live: null });
  const opened = decodeJson(vault.open(key, placeOf(tenant, id, "sealed"), sealed)) as JsonObject;
  if (JSON.stringify(opened["aim"]) !== JSON.stringify(aimOf(row))) {
    throw new DispatchedError("sealed_data_damaged", `the row of ${id} was altered`);
  }
  return opened["body"] as unknown as InboxBody;
}

function placeOf(tenant: TenantId, id: ItemId, column: string): Place {
  return { tenant, table: "inbox", column, row: id, version: 0 };
}
