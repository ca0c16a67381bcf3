// What the cases of the store's contract write: tenants, runs, bytes and units, each told apart by a number.

import type { RunStatus } from "../../run/status.ts";
import { newRunId, newTenantId, type RunId, type TenantId } from "../../value/id.ts";
import type {
  AppendUnit,
  EventBatch,
  Fence,
  LeaseRequest,
  RunBirth,
  RunHead,
  Store,
  UnitExtra,
} from "../store.ts";

/** When the cases begin, in milliseconds since 1970. */
export const epoch = 1_750_000_000_000;

export const parked: RunHead = {
  status: "waiting",
  dueAt: null,
  held: false,
  doing: 0,
  endedAt: null,
  failure: null,
};
export const working: RunHead = {
  status: "running",
  dueAt: epoch - 1,
  held: true,
  doing: 0,
  endedAt: null,
  failure: null,
};

export function tenantOf(number: number): TenantId {
  return newTenantId(epoch, bytesOf(number, 10));
}

/** Ids of runs sort by their time of creation; of two at the same time, by their number. */
export function runOf(number: number, createdAt: number = epoch): RunId {
  return newRunId(createdAt, numbered(number, 10));
}

/** `size` bytes that depend on `number`, all values of a byte among them. */
export function bytesOf(number: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = number * 101 + index * 7 + (index >> 8);
  return bytes;
}

/** 16 bytes, different for each number: stands for a keyed hash. */
export function hashOf(number: number): Uint8Array {
  return numbered(number, 16);
}

/** The epoch that is current where a case does not say otherwise. */
export const sampleEpoch = 4;

/** 8 bytes. */
export function keyIdOf(number: number): Uint8Array {
  return numbered(number, 8);
}

/** What stands for a key that is wrapped for the engine in an epoch. */
export function wrapOf(number: number, under = sampleEpoch): Uint8Array {
  return new Uint8Array([1, ...keyIdOf(under), ...bytesOf(number, 68)]);
}

export async function beginSampleEpoch({ epochs }: Store, number = sampleEpoch, after: number | null = null) {
  return epochs.beginEpoch({ epoch: number, keyId: keyIdOf(number), begunAt: epoch + number }, after);
}

export function birthOf(number: number, changes: Partial<RunBirth> = {}): RunBirth {
  return {
    createdAt: epoch,
    key: bytesOf(number, 60),
    live: null,
    attended: false,
    card: bytesOf(number + 1, 90),
    workflow: hashOf(0),
    version: 1,
    startKey: null,
    labels: [],
    retentionMs: 1_000,
    root: null,
    ...changes,
  };
}

/** `count` events after `afterSeq`, as one batch. */
export function batchOf(
  afterSeq: number,
  count = 1,
  sealed: Uint8Array = bytesOf(afterSeq, 200),
): EventBatch {
  const summaries = Array.from({ length: count }, (_, index) => ({
    seq: afterSeq + 1 + index,
    type: index % 2 === 0 ? "step.started" : "a.type-of_its own ✓",
    step: index % 3 === 0 ? null : index,
    at: epoch + afterSeq + index,
  }));
  return { firstSeq: afterSeq + 1, lastSeq: afterSeq + count, summaries, sealed };
}

/** A unit that brings events, as all but those that only let a run go. */
export interface SampleUnit extends AppendUnit {
  readonly batch: EventBatch;
}

interface UnitChanges {
  readonly tenant?: TenantId;
  readonly birth?: Partial<RunBirth>;
  readonly head?: Partial<RunHead>;
  readonly batch?: EventBatch;
  readonly extra?: Partial<UnitExtra>;
}

interface NextChanges extends UnitChanges {
  readonly fence?: Fence;
}

/** The first append of run `number`: one event, held and under way unless `changes` says otherwise. */
export function firstUnit(fence: Fence, number: number, changes: UnitChanges = {}): SampleUnit {
  const birth = birthOf(number, changes.birth);
  return {
    tenant: changes.tenant ?? tenantOf(1),
    run: runOf(number, birth.createdAt),
    fence,
    expectedSeq: 0,
    birth,
    batch: changes.batch ?? batchOf(0),
    head: { ...working, ...changes.head },
    extra: extraOf(changes),
  };
}

/** The append that follows `unit`. */
export function nextUnit(unit: AppendUnit, changes: NextChanges = {}): SampleUnit {
  const expectedSeq = lastSeqOf(unit);
  return { ...headUnit(unit, changes), batch: changes.batch ?? batchOf(expectedSeq) };
}

/** The append that follows `unit` and brings no events. */
export function headUnit(unit: AppendUnit, changes: NextChanges = {}): AppendUnit {
  const { tenant, run, fence, head } = unit;
  return {
    tenant,
    run,
    fence: changes.fence ?? fence,
    expectedSeq: lastSeqOf(unit),
    birth: null,
    batch: null,
    head: { ...head, ...changes.head },
    extra: extraOf(changes),
  };
}

/** A run that has ended is held by the lease of `unit`: only so it takes events. */
export async function takeEnded(store: Store, { fence, tenant, run }: AppendUnit): Promise<void> {
  await store.claimRun(fence, epoch, tenant, run, true);
}

/** The run's last seq when the unit stands. */
export function lastSeqOf({ batch, expectedSeq }: AppendUnit): number {
  return batch?.lastSeq ?? expectedSeq;
}

function extraOf({ extra }: UnitChanges): UnitExtra | null {
  return extra === undefined
    ? null
    : { pokes: [], topics: null, slot: null, live: null, item: null, keeps: [], ...extra };
}

export function endedAs(status: RunStatus): RunHead {
  return { status, dueAt: null, held: false, doing: 0, endedAt: epoch + 5, failure: null };
}

/** A lease of ten seconds. */
export function leaseAt(now: number, node = "node-a"): LeaseRequest {
  return { node, now, ttlMs: 10_000 };
}

function numbered(number: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  // The last four bytes: the first ones of an id carry its version.
  for (let index = 0; index < 4; index++) bytes[size - 1 - index] = (number >>> (8 * index)) & 0xff;
  return bytes;
}
