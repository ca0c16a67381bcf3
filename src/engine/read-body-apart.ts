// One body of a run that stands apart from its event, found by its number.

import type { RunRow } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import { DispatchedError } from "../value/problem.ts";
import type { StoredMember } from "../value/stored-body.ts";
import type { EnginePorts } from "./ports.ts";
import { RunBodies } from "./run-bodies.ts";
import { consistently, openBatch } from "./run-log.ts";
import { firstSeqOf } from "./store-bodies.ts";

/** The event that names it says what it is; its bytes are read when they are asked for. Errors: `body_not_found`. */
export async function readBody(
  ports: EnginePorts,
  row: RunRow,
  id: number,
  keyOf: (row: RunRow) => Promise<DataKey>,
): Promise<StoredMember> {
  return consistently(ports, row, await keyOf(row), async ({ tenant, run }, key) => {
    const [batch] = await ports.store.readEvents(tenant, run, firstSeqOf(id) - 1, 1);
    const events = batch === undefined ? [] : openBatch(ports.vault, key, tenant, run, batch);
    const found = events.flatMap(({ stored = [] }) => stored).find((one) => one.id === id);
    if (found === undefined) throw new DispatchedError("body_not_found", `${run} has no body ${id}`);
    const { path: _, ...body } = found;
    return { source: new RunBodies(ports, { tenant, run, key }), body };
  });
}
