// A run that was claimed and cannot be opened here: it waits for a sign-in, on whatever node that comes.

import type { RunRow } from "../ports/store.ts";
import { lockedRetryMs } from "./is-locked.ts";
import type { RunHost } from "./run-host.ts";

/**
 * It is given back, and looked at again in a while, so that another node, where its tenant is open, can take it meanwhile.
 * Resolves when that is settled: until then it must not be brought here again. True when it is known to be free.
 *
 * @param row `held` says whether anything may have been under way when this node came to hold it: then whoever takes it
 *   next hears so
 */
export async function giveBackLocked(host: RunHost, row: RunRow): Promise<boolean> {
  const { tenant, run, status, doing, endedAt, failure, lastSeq } = row;
  const wasHeld = row.held && endedAt === null;
  // One that has ended came for a command, whose sender tries again.
  const dueAt = endedAt === null ? host.ports.clock.now() + lockedRetryMs : null;
  const head = { status, dueAt, held: wasHeld, left: wasHeld, doing, endedAt, failure };
  const unit = {
    tenant,
    run,
    fence: host.fence(),
    expectedSeq: lastSeq,
    birth: null,
    batch: null,
    extra: null,
  };
  try {
    const { type } = await host.journal.submit({ ...unit, head });
    if (type === "appended") return true;
  } catch {
    // A sweep that looks at what this node holds comes upon it again.
  }
  host.doubted();
  return false;
}
