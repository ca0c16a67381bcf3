// What stands on the simulated disk when a world is over.

import { hex } from "../store/hex.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { RunRecord } from "../store/memory/run-record.ts";
import { withBodiesOf } from "./bodies-apart.ts";
import type { DurableEvent, DurableRun } from "./history.ts";
import type { DurableItem } from "./inbox-seen.ts";
import { simOpened } from "./ports/sim-vault.ts";
import type { WorldRecord } from "./world-record.ts";

/** The runs with their events, also those that were forgotten, the items of the inbox, and everything but secrets as one text. */
export function readDisk(
  tables: MemoryTables,
  record: WorldRecord,
): {
  readonly runs: readonly DurableRun[];
  readonly items: readonly DurableItem[];
  readonly disk: string;
} {
  const runs = [...record.forgotten.records, ...tables.runs.values()].map((stored) =>
    readRun(stored, record),
  );
  const texts = [...tables.runs.values()].flatMap((stored) => [
    stored.birth.card.length === 0 ? "" : simOpened(stored.birth.card),
    ...stored.batches.map((batch) => simOpened(batch.sealed)),
    ...stored.chunks.map(({ sealed }) => simOpened(sealed)),
  ]);
  const names = new Map(
    [...tables.definitions.values()].map(({ tenant, name, sealed }) => {
      const document = JSON.parse(simOpened(sealed)) as { readonly name: string };
      return [`${tenant}/${hex(name)}`, document.name];
    }),
  );
  const items = [...tables.inbox.values()].map((row) => {
    const { tenant, id: item, no: number, kind, hook, state, run, reason, receivedAt } = row;
    const workflow = row.workflow === null ? null : (names.get(`${tenant}/${hex(row.workflow)}`) ?? null);
    return { tenant, item, number, kind, hook, workflow, state, run, reason, receivedAt };
  });
  return { runs, items, disk: texts.join("\n") };
}

function readRun(stored: RunRecord, record: WorldRecord): DurableRun {
  const events = stored.batches.flatMap((batch) => {
    const durable = record.durable.get(`${stored.run}/${batch.lastSeq}`);
    const opened = JSON.parse(simOpened(batch.sealed)) as readonly Record<string, unknown>[];
    return withBodiesOf(stored, opened).map(
      (data, index): DurableEvent => ({
        seq: batch.firstSeq + index,
        type: String(data["type"]),
        at: Number(data["at"]),
        order: durable?.order ?? 0,
        durableAt: durable?.at ?? 0,
        data,
      }),
    );
  });
  return {
    tenant: stored.tenant,
    run: stored.run,
    status: stored.head.status,
    lastSeq: stored.lastSeq,
    attended: stored.birth.attended,
    held: stored.owner !== 0,
    events,
  };
}
