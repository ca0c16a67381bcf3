// What the checkers are given of a world that was played to its end.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { History } from "./history.ts";
import { readAudit, readRecords } from "./read-audit.ts";
import { readDisk } from "./read-disk.ts";
import { readGrants } from "./read-grants.ts";
import { readKeys } from "./read-keys.ts";
import type { SimSessions } from "./sim-sessions.ts";
import { simTenants } from "./sim-tenants.ts";
import type { WorldRecord } from "./world-record.ts";

interface Played {
  readonly seed: number;
  readonly models: History["models"];
  readonly plan: FaultPlan;
  readonly record: WorldRecord;
  readonly tables: MemoryTables;
  readonly sessions: SimSessions;
  readonly leaseTtlMs: number;
  readonly endedAt: number;
  readonly rotationsUnderWay: number;
}

export async function historyOf(world: Played): Promise<History> {
  const { seed, models, plan, record, tables, sessions, leaseTtlMs, endedAt, rotationsUnderWay } = world;
  const { runs, items, disk } = readDisk(tables, record);
  return {
    ...recordedIn(record),
    seed,
    models,
    hosts: plan.hosts,
    runBounds: plan.runBounds,
    runs,
    forgotten: { retentionMs: plan.retentionMs, runs: record.forgotten.runs },
    items,
    inboxRoom: plan.inboxRoom,
    granted: readGrants(tables, record),
    restingAsks: [...record.restingAsks.values()],
    left: simTenants.filter((tenant) => sessions.leaves(tenant)),
    steered: {
      runs: record.runsSteered,
      hostWrites: record.hostWrites,
      deletions: record.deletions,
      seenDeletions: record.seenDeletions,
    },
    slots: [...tables.slots.keys()],
    audit: readAudit(tables, record),
    stored: readRecords(tables),
    exclusive: plan.nodes === 1,
    disk,
    leaseTtlMs,
    faultsEndedAt: plan.startsAt + plan.endsAfterMs,
    endedAt,
    clockBack: record.faults.has("clock_back"),
    damaged: record.damaged.runs,
    epochs: {
      lengthMs: plan.epochMs,
      heldBySessions: record.sessionsOpened,
      retiredAt: record.epochsRetiredAt,
      stale: [...record.staleWraps.values()],
    },
    keys: await readKeys(tables),
    overstayed: [...record.overstayed.values()],
    underEnded: [...record.underEnded],
    rotationsUnderWay,
  };
}

/** As it was recorded. */
function recordedIn(record: WorldRecord) {
  const { calls, answers, signals, events, sent, streams, reruns, bulks, bulksAgain, cancels, links } =
    record;
  const { boots, lives, claims, leases, writes, stops, storeTroubles, strikes, zombies, jumpedMs } = record;
  const { secretWrites, itemsJudged, readFailures, lockedAnswers, liveSpans, limited } = record;
  const { quarantined, keysRefused, keysTaken } = record;
  return {
    ...{ calls, answers, signals, events, sent, streams, reruns, bulks, bulksAgain, cancels, links },
    ...{ boots, lives, claims, leases, writes, stops, storeTroubles, strikes, zombies, jumpedMs },
    ...{ secretWrites, itemsJudged, readFailures, lockedAnswers, liveSpans, limited },
    ...{ quarantined, keysRefused, keysTaken },
  };
}
