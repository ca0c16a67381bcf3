// What a world notes of what is written: what became durable, who took what, and keys and wraps that should not be there any more.

import type { AppendResult, AppendUnit, RunRow } from "../ports/store.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import { placesOf } from "./in-flight.ts";
import { simOpened } from "./ports/sim-vault.ts";
import type { SimNode } from "./sim-node.ts";
import { staleWraps } from "./stale-wraps.ts";
import { storedUnderEnded } from "./stored-keys.ts";

export function noteAppend(
  node: SimNode,
  units: readonly AppendUnit[],
  results: readonly AppendResult[],
): void {
  const { life, world } = node;
  const { record, time } = world;
  const { process } = life;
  const refused = units.filter((_, index) => results[index]?.type === "stale_epoch");
  if (refused.length > 0) world.strike("wrap_refused", placesOf(refused));
  units.forEach(({ tenant, run, fence, batch, head }, index) => {
    const type = results[index]?.type;
    const neededBy = node.now() + world.plan.parkAfterMs;
    // One that is given back with its calls cut off is held by nobody.
    if (
      type === "appended" &&
      head.held &&
      head.left !== true &&
      (head.dueAt === null || head.dueAt > neededBy)
    )
      record.overstayed.set(run, { run, since: time.now, dueAt: head.dueAt });
    if (type !== "appended" || batch === null) return;
    const order = record.nextOrder();
    record.durable.set(`${run}/${batch.lastSeq}`, { order, at: time.now });
    const { status } = head;
    record.writes.push({ tenant, run, fence, process, at: time.now, order, lastSeq: batch.lastSeq, status });
    world.inFlight.written(tenant, run, batch);
    record.heard(tenant, batch);
    if (record.trace !== null) record.note(time.now, `durable ${run} ${simOpened(batch.sealed)}`);
  });
}

/** What the engine was told of its keys: what the disk does late, nobody hears. */
export function noteKeys(
  { life, world: { record, time } }: SimNode,
  units: readonly AppendUnit[],
  results: readonly AppendResult[],
): void {
  units.forEach(({ tenant, run }, index) => {
    const refused = { what: "run", tenant, id: run, process: life.process, at: time.now } as const;
    if (results[index]?.type === "stale_key") record.keysRefused.push(refused);
    else record.keysTaken.add(run);
  });
}

export function noteClaim({ life, world }: SimNode, rows: readonly RunRow[], askedAt: number): void {
  for (const { tenant, run, attended } of rows) {
    if (attended) world.record.claims.push({ tenant, run, process: life.process, askedAt });
  }
  const held = rows.filter((row) => row.held);
  if (world.plan.nodes === 2 && held.length > 0) world.strike("takeover", placesOf(held));
}

/** At any time nothing is wrapped under an epoch that is retired, and nothing new under a key that was replaced. */
export function noteWraps({ world: { record, time } }: SimNode, tables: MemoryTables): void {
  for (const name of storedUnderEnded(tables, record.rotationsSeen)) record.underEnded.add(name);
  for (const [row, epoch] of staleWraps(tables)) {
    if (!record.staleWraps.has(row)) record.staleWraps.set(row, { row, epoch, at: time.now });
  }
}
