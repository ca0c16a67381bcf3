// What the cases on data keys write: records of every kind, keys by their mark, rotations.

import { newDeliveryId, newGrantId, newHookId, newItemId, type TenantId } from "../../value/id.ts";
import type { TenantRow } from "../account-store.ts";
import { type AuditAppend, type AuditRow, emptyHead } from "../audit-store.ts";
import type { DeliveryRow } from "../delivery-store.ts";
import type { GrantRow, HookRow, InboxItem } from "../inbox-store.ts";
import { keyMarkBytes, type RotationRow, type RotationStep } from "../key-store.ts";
import type { DefinitionRow, Store, TriggerRow } from "../store.ts";
import { roomFor } from "./room-for.ts";
import { bytesOf, endedAs, epoch, firstUnit, hashOf, leaseAt, runOf, tenantOf, wrapOf } from "./sample.ts";

const tenant = tenantOf(1);

/** A key of 77 bytes that was wrapped in the way of `kind`, by the key of this number. */
export function keyOf(kind: 2 | 3, number: number): Uint8Array {
  return Uint8Array.of(kind, ...bytesOf(number, 76));
}

/** Of the generation to which the sample's rotation goes: by key 0. */
export const marks = [keyOf(2, 0), keyOf(3, 0)].map((key) => key.subarray(0, keyMarkBytes));

export function tenantRow(changes: Partial<TenantRow> = {}): TenantRow {
  return {
    tenant,
    generation: 1,
    publicKey: bytesOf(1, 32),
    sealKey: bytesOf(2, 32),
    check: bytesOf(3, 32),
    apiKey: bytesOf(4, 32),
    createdAt: epoch,
    code: bytesOf(5, 32),
    ...changes,
  };
}

export function rotationOf(changes: Partial<RotationRow> = {}): RotationRow {
  return {
    tenant,
    from: 1,
    to: 2,
    deep: false,
    marks,
    previous: bytesOf(6, 60),
    cursor: null,
    records: 9,
    done: 0,
    startedAt: epoch,
    endedAt: null,
    ...changes,
  };
}

export function stepOf(changes: Partial<RotationStep>): RotationStep {
  return { to: 2, before: null, after: null, done: 0, endedAt: null, ...changes };
}

export function triggerOf(place: number, key: Uint8Array, owner: TenantId = tenant): TriggerRow {
  const sealed = Uint8Array.of(key.length >> 8, key.length & 0xff, ...key, ...bytesOf(place, 50));
  const none = { schedule: null, nextAt: null, scheduledAt: null, until: null };
  const [workflow, topic] = [hashOf(0), hashOf(42)];
  return { tenant: owner, workflow, place, version: 2, sealed, kind: "event", topic, ...none };
}

/** An active run, an ended one, a child of the first; two definitions with two triggers; a secret; an event; an
 * item, and one that is the event; a hook and a delivery; a grant of the second definition; three audit entries, two of them sealed. */
export async function allKinds(store: Store, owner: TenantId = tenant): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const key = (number: number) => keyOf(2, number);
  const head = endedAs("completed");
  await store.append([
    firstUnit(fence, 1, { tenant: owner, birth: { key: key(11) } }),
    firstUnit(fence, 2, { tenant: owner, head, birth: { key: key(12) } }),
    firstUnit(fence, 3, { tenant: owner, head, birth: { key: key(13), root: runOf(1) } }),
  ]);
  const definition: DefinitionRow = {
    tenant: owner,
    name: hashOf(0),
    version: 1,
    content: hashOf(1),
    key: key(14),
    live: null,
    sealed: bytesOf(2, 300),
    createdAt: epoch,
    names: [],
  };
  await store.putDefinition(definition);
  const triggers = [triggerOf(0, key(15), owner), triggerOf(1, key(16), owner)];
  await store.putDefinition({ ...definition, version: 2, key: key(17) }, triggers);
  const [secretName, live, updatedAt] = [hashOf(41), null, epoch];
  const sealed = bytesOf(4, 90);
  await store.putSecret({
    tenant: owner,
    name: secretName,
    version: 1,
    key: key(18),
    live,
    sealed,
    updatedAt,
  });
  // What was deleted has no key.
  const nothing = new Uint8Array(0);
  const gone = {
    tenant: owner,
    name: hashOf(43),
    version: 1,
    key: nothing,
    live,
    sealed: nothing,
    updatedAt,
  };
  await store.putSecret(gone);
  const [id, topics] = [hashOf(50), [hashOf(42)]];
  await store.putIncoming([{ tenant: owner, id, topics, receivedAt: epoch, key: key(19), live, sealed }]);
  const second = { name: hashOf(0), version: 2, key: key(17), live: wrapOf(8) };
  await store.keepLive(owner, { definitions: [second], secrets: [] });
  await store.inbox.put(itemOf(1, key(20), owner), roomFor(9));
  const trigger = { version: 2, place: 0, event: id };
  await store.inbox.put({ ...itemOf(2, key(19), owner), kind: "event", trigger }, roomFor(9));
  await store.hooks.put(hookOf(key(21), owner), 100);
  await store.deliveries.put([deliveryOf(key(25), owner)], { accepted: 9, refused: 9, bytes: 9_999 });
  await store.grants.put(grantOf(key(22), owner));
  await store.audit.append(owner, entriesOf([key(23), null, key(24)], owner));
}

export function itemOf(number: number, key: Uint8Array, owner: TenantId = tenant): InboxItem {
  const [receivedAt, expiresAt] = [epoch, epoch + 1_000];
  const times = { receivedAt, expiresAt };
  const id = newItemId(epoch, bytesOf(number, 10));
  const none = { once: null, hook: null, workflow: null, trigger: null };
  return { tenant: owner, id, kind: "start", ...none, ...times, key, sealed: bytesOf(5, 90) };
}

export function hookOf(key: Uint8Array, owner: TenantId = tenant): HookRow {
  const [id, token] = [newHookId(epoch, bytesOf(1, 10)), new TextEncoder().encode(`token of ${owner}`)];
  const [workflow, sealed] = [hashOf(0), bytesOf(6, 90)];
  const times = { createdAt: epoch, revokedAt: null };
  return {
    tenant: owner,
    id,
    token,
    workflow,
    verify: false,
    quota: 9,
    key,
    sealed,
    code: bytesOf(8, 32),
    ...times,
  };
}

export function deliveryOf(key: Uint8Array, owner: TenantId = tenant): DeliveryRow {
  const id = newDeliveryId(epoch, bytesOf(1, 10));
  const { id: hook } = hookOf(key, owner);
  const verdict = { run: null, item: null, repeated: false, reason: "signature_invalid", replayOf: null };
  const times = { receivedAt: epoch, expiresAt: epoch + 1_000 };
  return { tenant: owner, id, hook, ...verdict, ...times, key, sealed: bytesOf(9, 90) };
}

export function grantOf(key: Uint8Array, owner: TenantId = tenant): GrantRow {
  const [id, workflow, sealed] = [newGrantId(epoch, bytesOf(1, 10)), hashOf(0), bytesOf(7, 90)];
  const times = { createdAt: epoch, expiresAt: epoch + 1_000, endedAt: null, end: null };
  return { tenant: owner, id, workflow, version: 2, names: [], key, live: wrapOf(9), sealed, ...times };
}

/** The first entries of a log, each with something sealed if it has a key. */
export function entriesOf(keys: readonly (Uint8Array | null)[], owner: TenantId = tenant): AuditAppend {
  const rows = keys.map((key, index): AuditRow => {
    const sealed = key === null ? null : bytesOf(8 + index, 90);
    return { tenant: owner, seq: index + 1, body: bytesOf(index, 50), key, sealed, mac: bytesOf(index, 32) };
  });
  return { after: emptyHead, rows };
}
