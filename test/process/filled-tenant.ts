// A tenant with many records in a real store, for tests and measurements of rotations: filled, rotated, read at random.

import { SystemClock } from "../../src/app/system-clock.ts";
import { Audit } from "../../src/engine/audit.ts";
import { openIncoming, sealIncoming } from "../../src/engine/incoming.ts";
import { openFresh } from "../../src/engine/open-fresh.ts";
import { defaultOptions } from "../../src/engine/options.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { Rotations } from "../../src/engine/rotations.ts";
import {
  consistently,
  createRunKey,
  eventPlace,
  openCard,
  openRunKey,
  sealCard,
} from "../../src/engine/run-log.ts";
import { Tenants } from "../../src/engine/tenants.ts";
import { Timers } from "../../src/engine/timers.ts";
import { topicHash } from "../../src/engine/unit-extra.ts";
import type { TenantRow } from "../../src/ports/account-store.ts";
import type { AppendUnit } from "../../src/ports/store.ts";
import type { RunCreated } from "../../src/run/event.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { newRunId, type RunId, type TenantId } from "../../src/value/id.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";

export const filledTenant = "ten_00000000000000000000000000" as TenantId;
/** Wrapping keys, by generation from 1. */
export const wrappingKeys = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
const batchesOfRun = 3;
const unitsAtOnce = 500;
const eventTypes = 50;

export interface FilledTenant {
  readonly ports: EnginePorts;
  readonly rotations: Rotations;
  /** At the top. */
  readonly runs: RunId[];
  readonly children: RunId[];
  /** As it is stored now. */
  row(): Promise<TenantRow>;
  begin(deep: boolean): Promise<void>;
  close(): Promise<void>;
}

export function vaultOf(): EngineVault {
  const secrets = { epoch: 0, chain: new Uint8Array(32).fill(3), integrity: new Uint8Array(32).fill(4) };
  return new EngineVault(new EngineKeys(secrets, () => {}));
}

/** Signed in by the key of the generation that it has. */
export async function openFilled(folder: string): Promise<FilledTenant> {
  const store = await SqliteStore.open(folder);
  const [clock, entropy, vault] = [new SystemClock(), new PooledEntropy(), vaultOf()];
  // Nothing here calls anybody, or evaluates anything.
  const unused = new Proxy({}, { get: () => undefined });
  const ports = {
    ...{ store, clock, entropy, vault, log: { write: () => {} } },
    ...(unused as Pick<EnginePorts, "caller" | "sandbox">),
  } as EnginePorts;
  const tenants = new Tenants(ports, new Audit(ports));
  const timers = new Timers(clock);
  const rotations = new Rotations(ports, timers, defaultOptions.rotationPage);
  const row = async () => {
    const found = await tenants.read(filledTenant);
    if (found === null) throw new Error("the tenant is not there");
    return found;
  };
  if ((await tenants.read(filledTenant)) === null) await register(ports, tenants);
  const stored = await row();
  vault.unlock(filledTenant, stored, wrappingKeys[stored.generation - 1] ?? new Uint8Array(0));
  const begin = async (deep: boolean) => {
    const tenant = await row();
    const next = { publicKey: entropy.bytes(32), wrappingKey: wrappingKeys[1].slice(), deep };
    await rotations.begin(tenant, next, async ({ row: changed, rotation }) => {
      const change = { before: tenant.code, row: tenants.withCode(changed) };
      const use = { jti: "rotate", expiresAt: clock.now(), session: null, ends: "sessions" as const };
      const result = await store.accounts.useHandshake(filledTenant, { ...use, change, rotation });
      if (result !== "used") throw new Error(`the handshake was ${result}`);
    });
  };
  const close = async () => {
    rotations.stop();
    // As an engine does when it stops: what was read before is forgotten a minute after the end of a rotation.
    timers.close();
    await store.close();
  };
  return { ports, rotations, runs: [], children: [], row, begin, close };
}

async function register({ store, vault, clock }: EnginePorts, tenants: Tenants): Promise<void> {
  const keys = vault.unlock(filledTenant, { generation: 1, sealKey: null, check: null }, wrappingKeys[0]);
  const [publicKey, apiKey] = [new Uint8Array(32).fill(9), new Uint8Array(32).fill(8)];
  const row = { tenant: filledTenant, ...keys, publicKey, apiKey, createdAt: clock.now() };
  await store.accounts.createTenant(tenants.withCode(row));
}

/** Runs that have ended with a few batches of events each, one in ten of them a child; and as many events as a tenth of them. */
export async function fill(filled: FilledTenant, records: number): Promise<void> {
  const { store, vault, clock } = filled.ports;
  // As an engine does at its start.
  await store.epochs.beginEpoch({ epoch: 0, keyId: vault.epochs.id(0), begunAt: clock.now() }, null);
  const fence = await store.openLease({ node: "fill", now: clock.now(), ttlMs: 60_000 });
  const events = Math.floor(records / 11);
  for (let number = 0; number < records - events; number += unitsAtOnce) {
    const count = Math.min(unitsAtOnce, records - events - number);
    const made = Array.from({ length: count }, (_, index) => runOf(filled, fence, number + index));
    for (let batch = 0; batch < batchesOfRun; batch++) {
      await store.append(made.map((units) => units[batch] as AppendUnit));
    }
  }
  for (let number = 0; number < events; number += unitsAtOnce) {
    const count = Math.min(unitsAtOnce, events - number);
    const stored = await store.putIncoming(
      Array.from({ length: count }, (_, index) => {
        const type = typeOf(number + index);
        const event = { id: String(number + index), source: "fill", type, specversion: "1.0" as const };
        return sealIncoming(vault, filledTenant, { ...event, data: "x".repeat(200) }, clock.now());
      }),
    );
    if (stored === null) throw new Error("the events were refused");
  }
}

function runOf(
  { ports, runs, children }: FilledTenant,
  fence: number,
  number: number,
): readonly AppendUnit[] {
  const { vault, clock, entropy } = ports;
  const run = newRunId(clock.now(), entropy.bytes(10));
  const isChild = number % 10 === 9;
  const created = {
    type: "run.created",
    run,
    workflow: "fill",
    version: 1,
    labels: [],
  } as unknown as RunCreated;
  const { key, kept } = createRunKey(vault, filledTenant, run, { attended: true, under: null });
  const workflow = new Uint8Array(16);
  const root = isChild ? (runs.at(-1) ?? null) : null;
  const birth = {
    createdAt: clock.now(),
    key: kept.key,
    live: null,
    attended: true,
    card: sealCard(vault, key, filledTenant, created),
    workflow,
    version: 1,
    startKey: null,
    labels: [],
    retentionMs: 86_400_000,
    root,
  };
  (isChild ? children : runs).push(run);
  return Array.from({ length: batchesOfRun }, (_, index) => {
    const seq = index + 1;
    const text = Buffer.from(`event ${seq} of ${run} ${"x".repeat(300)}`);
    const sealed = vault.seal(key, eventPlace(filledTenant, run, seq), text);
    const summaries = [{ seq, type: "a", step: null, at: clock.now() }];
    const isLast = seq === batchesOfRun;
    const endedAt = isLast ? clock.now() : null;
    const status = isLast ? ("completed" as const) : ("running" as const);
    return {
      ...{ tenant: filledTenant, run, fence, expectedSeq: index, birth: index === 0 ? birth : null },
      batch: { firstSeq: seq, lastSeq: seq, summaries, sealed },
      head: { status, dueAt: isLast ? null : 0, held: !isLast, doing: 0, endedAt, failure: null },
      extra: null,
    };
  });
}

/** Types share the events among them, so that those of one are few. */
function typeOf(number: number): string {
  return `type-${number % eventTypes}`;
}

/** Reads some events of a random type as the engine does, and throws when one does not open. */
export async function readSomeEvents({ store, vault }: EnginePorts): Promise<void> {
  const type = typeOf(Math.floor(Math.random() * eventTypes));
  const topic = topicHash(vault, filledTenant, type, null);
  const read = () => store.listIncoming(filledTenant, topic, 0, 20);
  const rows = await read();
  if (rows.length === 0) throw new Error(`no event of ${type} is there`);
  for (const row of rows) {
    const again = async () => (await read()).find(({ id }) => Buffer.compare(id, row.id) === 0) ?? null;
    const { event } = await openFresh(row, (one) => openIncoming(vault, one), again);
    if (event["type"] !== type) throw new Error(`an event of ${type} is another`);
  }
}

/** Reads a run as the engine does, and throws when anything of it does not open. */
export async function readRun(ports: EnginePorts, run: RunId): Promise<void> {
  const row = await ports.store.readRun(filledTenant, run);
  if (row === null) throw new Error(`${run} is not there`);
  await consistently(ports, row, openRunKey(ports.vault, row), async (now, key) => {
    openCard(ports.vault, now, key);
    const batches = await ports.store.readEvents(filledTenant, run, 0, batchesOfRun);
    if (batches.length !== batchesOfRun) throw new Error(`${run} has ${batches.length} batches`);
    for (const { firstSeq, sealed } of batches) {
      const plain = ports.vault.open(key, eventPlace(filledTenant, run, firstSeq), sealed);
      if (!Buffer.from(plain).toString().startsWith(`event ${firstSeq} of ${run}`))
        throw new Error(`${run} is another`);
    }
  });
}
