// What stands apart of the events of a run, as it is on the disk.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { RunRecord } from "../store/memory/run-record.ts";
import { contentsOf, namedBy } from "./bodies-apart.ts";
import type { Broken } from "./history.ts";
import { openBatchEvents } from "./open-batch-events.ts";

/** Each body that an event names is there, whole, and no other is: none is left behind, and none is missing. */
export function checkBodiesApart({ runs }: MemoryTables): readonly Broken[] {
  return [...runs.values()].flatMap(checkRun);
}

function checkRun(stored: RunRecord): readonly Broken[] {
  const events = stored.batches.slice(0, stored.batchCount).flatMap(openBatchEvents);
  const contents = contentsOf(stored);
  const named = new Map(events.flatMap(namedBy).map((one) => [one.id, one]));
  const broken: Broken[] = [];
  const say = (what: string) =>
    broken.push({ promise: "a body stands with its run, once and whole", run: stored.run, what });
  for (const { id, chunks, bytes } of named.values()) {
    const content = contents.get(id) ?? [];
    const length = Buffer.concat(content).length;
    if (content.length !== chunks || length !== bytes) say(`body ${id} has ${length} bytes of ${bytes}`);
  }
  const [own] = stored.batches;
  for (const { body, chunk, sealed } of stored.chunks) {
    const isLast = named.get(body)?.chunks === chunk + 1;
    const place = `${stored.tenant}/body/${isLast ? "last" : "chunk"}/${stored.run}/${body}/${chunk}`;
    const [bound, key] = sealedFor(sealed);
    if (bound !== place) say(`a chunk is sealed for ${bound}, and stands at ${place}`);
    if (own !== undefined && key !== sealedFor(own.sealed)[1])
      say(`chunk ${chunk} of body ${body} is sealed by another key than the events of its run`);
  }
  for (const id of contents.keys()) if (!named.has(id)) say(`body ${id} is named by no event`);
  return broken;
}

/** The place and the key that a simulated sealed value says it is bound to. */
function sealedFor(sealed: Uint8Array): readonly (string | undefined)[] {
  return Buffer.from(sealed.subarray(0, sealed.indexOf(0)))
    .toString()
    .split(" ");
}
