// A run's log at rest: its data key, its batches, its card. Everything sealed passes through here.

import type { EventBatch, EventSummary, RunBirth, RunName, RunRow } from "../ports/store.ts";
import type { DataKey, KeptKey, NewDataKey, Place, Vault } from "../ports/vault.ts";
import type { RunCreated, RunEvent } from "../run/event.ts";
import { fold } from "../run/evolve.ts";
import type { RunState } from "../run/state.ts";
import { assert } from "../value/assert.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { decodeEvents, decodeJson, encodeEvents, encodeJson } from "./event-codec.ts";
import { hex } from "./hex.ts";
import type { EnginePorts } from "./ports.ts";
import { RunBodies } from "./run-bodies.ts";
import { placeBodies } from "./store-bodies.ts";

/** What a list shows of a run. */
export interface RunCard {
  readonly workflow: string;
  readonly version: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Batches read at once: long logs are folded in slices, so that the loop is not held up. */
const sliceBatches = 64;
/** Of a first batch: one that is not larger is the run's card as well, because a seal costs more than reading it for a list. */
const cardBytesMax = 4096;
const nothing = new Uint8Array(0);

export function sealBatch(
  vault: Vault,
  key: DataKey,
  tenant: TenantId,
  run: RunId,
  afterSeq: number,
  events: readonly RunEvent[],
): EventBatch {
  const firstSeq = afterSeq + 1;
  const sealed = vault.seal(key, eventPlace(tenant, run, firstSeq), encodeEvents(events));
  return { firstSeq, lastSeq: afterSeq + events.length, summaries: summarize(firstSeq, events), sealed };
}

function summarize(firstSeq: number, events: readonly RunEvent[]): readonly EventSummary[] {
  return events.map((event, index) => ({
    seq: firstSeq + index,
    type: event.type,
    step: "step" in event ? event.step : null,
    at: event.at,
  }));
}

/** The events as they are stored: bodies that stand apart are null, and named by `stored`. */
export function openBatch(
  vault: Vault,
  key: DataKey,
  tenant: TenantId,
  run: RunId,
  batch: EventBatch,
): readonly RunEvent[] {
  const events = decodeEvents(vault.open(key, eventPlace(tenant, run, batch.firstSeq), batch.sealed));
  assert(events.length === batch.lastSeq - batch.firstSeq + 1, "a batch holds the events that it says");
  return events;
}

/** @param under the key of the run at the top; null for one that is at the top itself */
export function createRunKey(
  vault: Vault,
  tenant: TenantId,
  run: RunId,
  { attended, under }: { readonly attended: boolean; readonly under: DataKey | null },
): NewDataKey {
  return vault.createKey(runPlace(tenant, run, "key"), { live: under === null && !attended, under });
}

/** @param under the key of the run at the top, where the tenant is not open */
export function openRunKey(vault: Vault, row: RunRow, under: DataKey | null = null): DataKey {
  return vault.unwrapKey(runPlace(row.tenant, row.run, "key"), row, under);
}

/**
 * What is kept of the key of a new run (`before`), for the tenant's generation as it is known here. The key itself is at
 * hand: it is wrapped again even when the generation that it was wrapped for is forgotten. Errors: `locked`.
 */
export function rewrappedBirth(
  vault: Vault,
  { tenant, run }: RunName,
  key: DataKey,
  before: Uint8Array,
): Uint8Array {
  return vault.wrapForTenant(runPlace(tenant, run, "key"), key, before);
}

/** 16 bytes of `text` that only the run's key makes. */
export function codeByRunKey(
  vault: Vault,
  tenant: TenantId,
  run: RunId,
  key: DataKey,
  text: string,
): Uint8Array {
  return vault.codeBy(key, runPlace(tenant, run, "key"), text);
}

/** The key of a run that is gone on with after its end, as the engine alone may open it. */
export function wrapRunKey(vault: Vault, tenant: TenantId, run: RunId, key: DataKey): Uint8Array {
  return vault.wrapLive(runPlace(tenant, run, "key"), key);
}

export function sealCard(vault: Vault, key: DataKey, tenant: TenantId, created: RunCreated): Uint8Array {
  const card = cardOf(created) as unknown as Json;
  return vault.seal(key, runPlace(tenant, created.run as RunId, "card"), encodeJson(card));
}

/** Errors: `sealed_data_damaged`. */
export function openCard(vault: Vault, row: RunRow, key: DataKey): RunCard {
  if (row.card.length === 0) return cardOf(createdOf(vault, row, key));
  const card = vault.open(key, runPlace(row.tenant, row.run, "card"), row.card);
  return decodeJson(card) as JsonObject as unknown as RunCard;
}

function createdOf(vault: Vault, { tenant, run, first }: RunRow, key: DataKey): RunCreated {
  const [created] = decodeEvents(vault.open(key, eventPlace(tenant, run, 1), first ?? nothing));
  assert(created?.type === "run.created", "a log begins with the birth");
  return created;
}

function cardOf({ workflow, version, labels }: RunCreated): RunCard {
  return { workflow, version, labels: Object.fromEntries(labels) };
}

/** Folds the whole log. Members of the state that are stored bodies read them, once they are at hand. */
export async function loadState(ports: EnginePorts, row: RunRow, key: DataKey): Promise<RunState> {
  return consistently(ports, row, key, (now, nowKey) => foldLog(ports, now, nowKey));
}

/**
 * A run's row and its batches are read one after the other: when the run gets another data key in between, all is read
 * again.
 */
export async function consistently<Result>(
  ports: EnginePorts,
  row: RunRow,
  key: DataKey,
  read: (row: RunRow, key: DataKey) => Promise<Result>,
): Promise<Result> {
  try {
    return await read(row, key);
  } catch (error) {
    if (!(error instanceof DispatchedError) || error.code !== "sealed_data_damaged") throw error;
    const now = await ports.store.readRun(row.tenant, row.run);
    if (now === null || hex(now.key) === hex(row.key)) throw error;
    return consistently(ports, now, openRunKey(ports.vault, now), read);
  }
}

async function foldLog(ports: EnginePorts, row: RunRow, key: DataKey): Promise<RunState> {
  const bodies = new RunBodies(ports, { tenant: row.tenant, run: row.run, key });
  let state: RunState | null = null;
  for (let seq = 0; ; ) {
    const batches: readonly EventBatch[] = await ports.store.readEvents(
      row.tenant,
      row.run,
      seq,
      sliceBatches,
    );
    for (const batch of batches) {
      assert(batch.firstSeq === seq + 1, `the log of ${row.run} has a gap after ${seq}`);
      const events = openBatch(ports.vault, key, row.tenant, row.run, batch);
      state = fold(
        state,
        events.map((event) => placeBodies(event, bodies)),
      );
      seq = batch.lastSeq;
    }
    if (batches.length < sliceBatches) break;
  }
  assert(state !== null && state.seq >= row.lastSeq, `the log of ${row.run} is shorter than its row says`);
  return state;
}

/** Keyed hash by which runs are found by one label. */
export function labelHash(vault: Vault, tenant: TenantId, name: string, value: string): Uint8Array {
  return vault.hash(tenant, "label", `${name}=${value}`);
}

export function birthOf(
  vault: Vault,
  tenant: TenantId,
  created: RunCreated,
  given: {
    readonly key: DataKey;
    readonly kept: KeptKey;
    readonly attended: boolean;
    readonly workflow: Uint8Array;
    readonly batch: EventBatch;
    /** By which it is found beside its labels. */
    readonly origins: readonly Uint8Array[];
  },
  at: number,
  startKey: Uint8Array | null,
  retentionMs: number,
): RunBirth {
  return {
    createdAt: at,
    key: given.kept.key,
    live: given.kept.live,
    attended: given.attended,
    card: given.batch.sealed.length > cardBytesMax ? sealCard(vault, given.key, tenant, created) : nothing,
    workflow: given.workflow,
    version: created.version,
    startKey,
    labels: [
      ...created.labels.map(([name, value]) => labelHash(vault, tenant, name, value)),
      ...given.origins,
    ],
    retentionMs,
    root: (created.parent?.root ?? null) as RunId | null,
  };
}

function runPlace(tenant: TenantId, run: RunId, column: string): Place {
  return { tenant, table: "run", column, row: run, version: 0 };
}

export function eventPlace(tenant: TenantId, run: RunId, firstSeq: number): Place {
  return { tenant, table: "event", column: "sealed", row: run, version: firstSeq };
}
