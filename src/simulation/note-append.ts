// What a world notes of an append: what became durable, and whose key was of a generation that a rotation had ended.

import type { AppendResult, AppendUnit } from "../ports/store.ts";
import { simOpened } from "./ports/sim-vault.ts";
import type { SimNode } from "./sim-node.ts";

export function noteAppend(
  { life, world }: SimNode,
  units: readonly AppendUnit[],
  results: readonly AppendResult[],
): void {
  const { record, time } = world;
  const { process } = life;
  if (results.some(({ type }) => type === "stale_epoch")) world.strike("wrap_refused");
  units.forEach(({ tenant, run, fence, batch, head }, index) => {
    const type = results[index]?.type;
    if (type !== "appended" || batch === null) return;
    const order = record.nextOrder();
    record.durable.set(`${run}/${batch.lastSeq}`, { order, at: time.now });
    const { status } = head;
    record.writes.push({ tenant, run, fence, process, at: time.now, order, lastSeq: batch.lastSeq, status });
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
