// A run that was claimed and cannot be opened here: it waits for a sign-in, on whatever node that comes.

import type { RunRow } from "../ports/store.ts";
import { lockedRetryMs } from "./is-locked.ts";
import type { RunHost } from "./run-host.ts";

/**
 * One of which nothing was under way, as of one that has ended, is given back, and looked at again in a while, so that
 * another node, where its tenant is open, can take it meanwhile. Resolves when that is settled: until then it must not be
 * brought here again.
 */
export async function giveBackLocked(host: RunHost, row: RunRow): Promise<void> {
  const { tenant, run, status, doing, endedAt, failure, lastSeq } = row;
  if (row.held && endedAt === null) return;
  // One that has ended came for a command, whose sender tries again.
  const dueAt = endedAt === null ? host.ports.clock.now() + lockedRetryMs : null;
  const head = { status, dueAt, held: false, doing, endedAt, failure };
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
    if (type !== "appended") host.doubted();
  } catch {
    // It stays held here: the sign-in, or the end of this node, sets it free.
    host.doubted();
  }
}
