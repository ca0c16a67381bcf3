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
    seed,
    models,
    calls: record.calls,
    hosts: plan.hosts,
    runBounds: plan.runBounds,
    answers: record.answers,
    runs,
    forgotten: { retentionMs: plan.retentionMs, runs: record.forgotten.runs },
    secretWrites: record.secretWrites,
    signals: record.signals,
    events: record.events,
    sent: record.sent,
    items,
    inboxRoom: plan.inboxRoom,
    itemsJudged: record.itemsJudged,
    streams: record.streams,
    granted: readGrants(tables, record),
    boots: record.boots,
    lives: record.lives,
    claims: record.claims,
    restingAsks: [...record.restingAsks.values()],
    readFailures: record.readFailures,
    lockedAnswers: record.lockedAnswers,
    liveSpans: record.liveSpans,
    left: simTenants.filter((tenant) => sessions.leaves(tenant)),
    jumpedMs: record.jumpedMs,
    reruns: record.reruns,
    bulks: record.bulks,
    bulksAgain: record.bulksAgain,
    steered: {
      runs: record.runsSteered,
      hostWrites: record.hostWrites,
      deletions: record.deletions,
      seenDeletions: record.seenDeletions,
    },
    limited: record.limited,
    cancels: record.cancels,
    strikes: record.strikes,
    slots: [...tables.slots.keys()],
    leases: record.leases,
    writes: record.writes,
    audit: readAudit(tables, record),
    stored: readRecords(tables),
    exclusive: plan.nodes === 1,
    disk,
    leaseTtlMs,
    faultsEndedAt: plan.startsAt + plan.endsAfterMs,
    endedAt,
    zombies: record.zombies,
    clockBack: record.faults.has("clock_back"),
    quarantined: record.quarantined,
    damaged: record.damaged.runs,
    epochs: {
      lengthMs: plan.epochMs,
      heldBySessions: record.sessionsOpened,
      retiredAt: record.epochsRetiredAt,
      stale: [...record.staleWraps.values()],
    },
    keys: await readKeys(tables),
    keysRefused: record.keysRefused,
    keysTaken: record.keysTaken,
    links: record.links,
    overstayed: [...record.overstayed.values()],
    stops: record.stops,
    storeTroubles: record.storeTroubles,
    underEnded: [...record.underEnded],
    rotationsUnderWay,
  };
}
