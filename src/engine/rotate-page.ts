// The pages of a rotation: records put under the tenant's new key, and the place behind them, in one transaction each.

import type { KeptRecord, KeyChange, RotationRow, RotationStep } from "../ports/key-store.ts";
import type { DataKey } from "../ports/vault.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { followEpoch } from "./follow-epoch.ts";
import { changeBytes, freshened } from "./fresh-keys.ts";
import type { EnginePorts } from "./ports.ts";
import { rewrapped } from "./record-keys.ts";
import { openRunKey } from "./run-log.ts";

/** A page of a deep rotation is read whole. */
const deepPageMax = 50;
const bytesMax = 1_048_576;

interface PreparedPage {
  readonly changes: readonly KeyChange[];
  readonly step: RotationStep;
}

/**
 * Goes on from where the rotation stands while `mayGoOn`; true when it is over. The next page is prepared while the one
 * before is written.
 */
export async function rotatePages(
  ports: EnginePorts,
  rotation: RotationRow,
  pageMax: number,
  mayGoOn: () => boolean,
): Promise<boolean> {
  if (rotation.deep) return rotateDeep(ports, rotation, Math.min(pageMax, deepPageMax));
  const { keys } = ports.store;
  let page = await preparePage(ports, rotation, rotation.cursor, pageMax);
  for (;;) {
    const { changes, step } = page;
    const writing = keys.replace(rotation.tenant, changes, step);
    // Whatever becomes of it is awaited below: an error on the way must not be nobody's.
    writing.catch(() => {});
    if (step.endedAt !== null) return (await writing) !== null;
    const next = mayGoOn() ? await preparePage(ports, rotation, step.after, pageMax) : null;
    if ((await writing) === null || next === null) return false;
    page = next;
  }
}

async function preparePage(
  ports: EnginePorts,
  { tenant, to }: RotationRow,
  before: string | null,
  pageMax: number,
): Promise<PreparedPage> {
  const { store, clock } = ports;
  const { rows, next: after } = await store.keys.list(tenant, before, pageMax, false);
  requireBoth(ports, tenant, to);
  const changes = rows.flatMap((record) => rewrapOf(ports, tenant, record, null) ?? []);
  const endedAt = after === null ? clock.now() : null;
  return { changes, step: { to, before, after, done: rows.length, endedAt } };
}

async function rotateDeep(ports: EnginePorts, rotation: RotationRow, pageMax: number): Promise<boolean> {
  const { store, clock } = ports;
  const { tenant, to, cursor: before } = rotation;
  const page = await store.keys.list(tenant, before, pageMax, true);
  requireBoth(ports, tenant, to);
  // What was changed by others meanwhile is looked at again.
  if (!(await freshenAll(ports, tenant, page.rows))) return false;
  const endedAt = page.next === null ? clock.now() : null;
  const step: RotationStep = { to, before, after: page.next, done: page.rows.length, endedAt };
  return (await store.keys.replace(tenant, [], step)) !== null && endedAt !== null;
}

/** Wraps anew what was sealed to the tenant while nobody was signed in. False when nothing of it is left. */
export async function convertSealed(ports: EnginePorts, tenant: TenantId, pageMax: number): Promise<boolean> {
  const { keys } = ports.store;
  const records = await keys.listSealed(tenant, pageMax);
  const changes = records.flatMap((record) => rewrapOf(ports, tenant, record, null) ?? []);
  const replaced = changes.length === 0 ? 0 : await keys.replace(tenant, changes, null);
  return records.length === pageMax && replaced !== 0;
}

/**
 * Each that is quiet gets a fresh key, any other is wrapped for the new generation. What is of this generation was made since the
 * rotation began, or done before: it is left, so that births are not run after. But a child may stand under a key that its root no
 * longer has. False when a record was passed over: it is as it was.
 */
async function freshenAll(
  ports: EnginePorts,
  tenant: TenantId,
  records: readonly KeptRecord[],
): Promise<boolean> {
  const { keys } = ports.store;
  const roots = new Map<RunId, DataKey | null>();
  let changes: KeyChange[] = [];
  let bytes = 0;
  let all = true;
  const flush = async () => {
    if (changes.length > 0 && (await keys.replace(tenant, changes, null)) !== changes.length) {
      all = false;
      await followEpoch(ports);
    }
    changes = [];
    bytes = 0;
  };
  for (const record of records) {
    const root = await rootOf(ports, tenant, record, roots);
    const rewrap = rewrapOf(ports, tenant, record, root);
    const isDone = rewrap === null && root === null;
    const change = isDone ? null : ((await freshOf(ports, tenant, record, root)) ?? rewrap);
    if (change === null) continue;
    changes.push(change);
    bytes += changeBytes(change);
    if (bytes >= bytesMax) await flush();
  }
  await flush();
  return all;
}

/** The key of a child's root as it is now; null for any other record, or when the root is forgotten. */
async function rootOf(
  { store, vault }: EnginePorts,
  tenant: TenantId,
  { whole }: KeptRecord,
  known: Map<RunId, DataKey | null>,
): Promise<DataKey | null> {
  const root = whole?.root ?? null;
  if (root === null) return null;
  const there = known.get(root);
  if (there !== undefined) return there;
  const row = await store.readRun(tenant, root);
  const key = row === null ? null : openRunKey(vault, row);
  known.set(root, key);
  return key;
}

/** Null when it is current, or cannot be opened: then it is not the rotation that makes it unreadable. */
function rewrapOf(
  ports: EnginePorts,
  tenant: TenantId,
  record: KeptRecord,
  root: DataKey | null,
): KeyChange | null {
  try {
    const key = rewrapped(ports.vault, tenant, record, root);
    return key === null ? null : { record, key, fresh: null };
  } catch (error) {
    passOver(ports, tenant, record, error);
    return null;
  }
}

async function freshOf(
  ports: EnginePorts,
  tenant: TenantId,
  record: KeptRecord,
  root: DataKey | null,
): Promise<KeyChange | null> {
  try {
    return await freshened(ports, tenant, record, root);
  } catch (error) {
    passOver(ports, tenant, record, error);
    return null;
  }
}

/** Who opens by one of both keys only would take the other's records for damaged, and pass them over. Errors: `locked`. */
export function requireBoth({ vault }: EnginePorts, tenant: TenantId, generation: number): void {
  if (vault.opensBoth(tenant, generation)) return;
  throw new DispatchedError("locked", "the tenant is not open here by its present key", { retryable: true });
}

/** One damaged record holds up no other. A tenant that is not open any more holds up all. */
function passOver({ vault, log }: EnginePorts, tenant: TenantId, { kind }: KeptRecord, error: unknown): void {
  const unreadable =
    error instanceof DispatchedError && (error.code === "sealed_data_damaged" || error.code === "locked");
  if (!unreadable || !vault.isOpen(tenant)) throw error;
  log.write("error", "rotation.passed_over", { tenant, kind, code: error.code });
}
