// How hostile one world is: drawn from its seed, and over after a while, so that what can progress must.

import type { HostRule } from "../engine/host-rule.ts";
import type { EngineOptions } from "../engine/options.ts";
import type { RunBounds } from "../language/workflow.ts";
import type { InboxRoom } from "../ports/inbox-store.ts";
import type { Prng } from "./prng.ts";

/** Every kind of fault that a campaign must have seen. */
export const faultKinds = [
  "crash",
  "crash_at_port",
  "locked_boot",
  "signed_out",
  "graceful_stop",
  "zombie",
  "takeover",
  "clock_jump",
  "clock_back",
  "slow_wake",
  "store_slow",
  "store_down",
  "store_rolled_back",
  "store_unknown_applied",
  "store_unknown_lost",
  "store_unknown_late",
  "store_read_failed",
  "unsynced_lost",
  "unsynced_kept",
  "sandbox_slow",
  "sandbox_failed",
  "call_refused",
  "call_lost",
  "answer_lost",
  "answer_cut",
  "answer_slow",
  "call_doubled",
  "answer_too_large",
  "service_5xx",
  "service_429",
  "service_4xx",
  "service_misfit",
  "service_not_json",
  "service_odd",
  "service_location",
  "service_directive",
  "cancel",
  "cancel_again",
  "secret_missing",
  "secret_replaced",
  "secret_bound",
  "start_repeated",
  "start_conflict",
  "event_repeated",
  "pause",
  "rerun",
  "epoch_retired",
  "wrap_refused",
  "rotation",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Those that strike one call: the features of its step meet them, not those of its whole workflow. */
export const callFaults: ReadonlySet<FaultKind> = new Set(
  faultKinds.filter((kind) => /^(call|answer|service)_/.test(kind)),
);

/** What callers do to their runs, who is signed in, and the turns of epochs: no fault of nodes, clocks or the store. */
export const ofCallers: ReadonlySet<FaultKind> = new Set([
  "cancel",
  "cancel_again",
  "secret_missing",
  "secret_replaced",
  "secret_bound",
  "start_repeated",
  "start_conflict",
  "event_repeated",
  "pause",
  "rerun",
  "epoch_retired",
  "wrap_refused",
  "rotation",
  "locked_boot",
  "signed_out",
]);

export interface FaultPlan {
  /** When the world begins: at times shortly before clocks are changed somewhere. */
  readonly startsAt: number;
  readonly clocksChange: boolean;
  readonly nodes: 1 | 2;
  /** Milliseconds after the start at which faults end. */
  readonly endsAfterMs: number;
  readonly crashesMax: number;
  /** How long the only node is down once after a crash; 0 for no such outage. */
  readonly outageMs: number;
  /** Chance of a crash at one port call. */
  readonly crashAtPort: number;
  readonly zombie: number;
  /** How often somebody signs out somewhere, and the chance of that at one port call. */
  readonly signOuts: number;
  readonly signOutAtPort: number;
  readonly store: number;
  readonly network: number;
  readonly service: number;
  readonly sandbox: number;
  readonly clockJumps: number;
  /** How often a node is stopped in good order and started again. */
  readonly stops: number;
  /** How often the store refuses everything for a while. */
  readonly storeDowns: number;
  readonly parkAfterMs: number;
  /** How long an epoch of the engine's key is current. */
  readonly epochMs: number;
  /** How the engines spare the hosts of the services: no fault, but drawn with them. */
  readonly hosts: readonly HostRule[];
  /** What a run may record at most: no fault either. Null for as much as usual. */
  readonly runBounds: RunBounds | null;
  /** How long runs are kept after their end. Null for as long as usual. */
  readonly retentionMs: number | null;
  /** Whether bytes of a run that waits for a place are lost. */
  readonly damages: boolean;
  /** What may wait in an inbox: no fault either. Null for as much as usual. */
  readonly inboxRoom: InboxRoom | null;
  /** How often a tenant rotates its key. */
  readonly rotations: number;
  /** Larger bodies stand apart from their events, in chunks of this size. */
  readonly eventBodyBytes: number;
  /** So much of them a run in memory keeps at hand. */
  readonly keptBodyBytes: number;
}

/** What the plan sets on the engines. */
export function engineOptions(plan: FaultPlan): Partial<EngineOptions> {
  const { parkAfterMs, epochMs: epochRetentionMs, hosts, inboxRoom } = plan;
  const { runBounds, eventBodyBytes, keptBodyBytes } = plan;
  const pages = { rotationPage: 3, bulkPage: 2 };
  const usual = {
    ...pages,
    sweepMs: 700,
    parkAfterMs,
    epochRetentionMs,
    hosts,
    runBounds,
    eventBodyBytes,
    keptBodyBytes,
  };
  return inboxRoom === null ? usual : { ...usual, inboxRoom };
}

/** How long a world rests at its end: the engine closes what only runs needed, and forgets what it is to. */
export function quietMs({ retentionMs }: FaultPlan): number {
  return 25_000 + (retentionMs === null ? 0 : retentionMs + 60_000);
}

export function drawFaultPlan(prng: Prng): FaultPlan {
  const calm = prng.chance(0.1);
  const rate = (most: number) => (calm ? 0 : prng.fraction() * most);
  const plan = {
    startsAt: usualStart,
    clocksChange: false,
    runBounds: null as RunBounds | null,
    damages: prng.chance(0.3),
    retentionMs: null as number | null,
    outageMs: 0,
    nodes: prng.chance(0.3) ? (2 as const) : (1 as const),
    endsAfterMs: prng.between(3_000, 25_000),
    crashesMax: calm ? 0 : prng.between(0, 5),
    crashAtPort: rate(0.02),
    zombie: prng.chance(0.4) ? 0.5 : 0,
    signOuts: prng.between(0, 4),
    signOutAtPort: prng.chance(0.4) ? rate(0.01) : 0,
    store: rate(0.08),
    network: rate(0.45),
    service: rate(0.45),
    sandbox: rate(0.2),
    clockJumps: calm ? 0 : prng.between(0, 2),
    stops: calm ? 0 : prng.between(0, 2),
    storeDowns: calm || prng.chance(0.5) ? 0 : prng.between(1, 2),
    parkAfterMs: prng.pick([400, 3_000, 60_000]),
    epochMs: prng.chance(0.4) ? prng.between(400, 8_000) : 86_400_000,
    rotations: prng.chance(0.3) ? prng.between(1, 4) : 0,
    hosts: prng.chance(0.5) ? drawHosts(prng) : [],
    inboxRoom: prng.chance(0.25) ? drawRoom(prng) : null,
  };
  // Some rotate as fast as one ends: what was sealed just before is met by it.
  const rotations = prng.chance(0.08) ? prng.between(10, 40) : plan.rotations;
  const eventBodyBytes = prng.chance(0.5) ? prng.pick([12, 40, 150]) : 65_536;
  const keptBodyBytes = prng.pick([0, 0, 300, 10_000]);
  const outage = !calm && prng.chance(0.12) ? drawOutage(prng) : {};
  const retentionMs = prng.chance(0.12) ? prng.between(1_000, 8_000) : null;
  const runBounds = prng.chance(0.15) ? drawBounds(prng) : null;
  return {
    ...plan,
    ...drawStart(prng),
    runBounds,
    retentionMs,
    rotations,
    eventBodyBytes,
    keptBodyBytes,
    ...outage,
  };
}

const usualStart = 1_700_000_000_000;
/** In New York 02:00 becomes 01:00, and 02:00 becomes 03:00. */
const clocksChangeAt = [Date.UTC(2023, 10, 5, 6), Date.UTC(2024, 2, 10, 7)];

function drawStart(prng: Prng): Pick<FaultPlan, "startsAt" | "clocksChange"> {
  if (!prng.chance(0.15)) return { startsAt: usualStart, clocksChange: false };
  return { startsAt: prng.pick(clocksChangeAt) - prng.between(1_000, 12_000), clocksChange: true };
}

/** It ends before the faults do. What was missed is judged exactly where clocks do not go back and nobody lives on. */
function drawOutage(prng: Prng): Partial<FaultPlan> {
  const outageMs = prng.between(8_000, 26_000);
  const crashesMax = prng.between(2, 5);
  return { outageMs, nodes: 1, zombie: 0, crashesMax, endsAfterMs: outageMs + prng.between(12_000, 20_000) };
}

/** Little enough that runs record more. */
function drawBounds(prng: Prng): RunBounds {
  return {
    events: prng.pick([14, 30, 60, 1_000]),
    dataBytes: prng.pick([1_500, 4_000, 20_000, 1_000_000]),
    earlySignals: prng.pick([1, 2, 3]),
  };
}

/** Little enough that a few items fill it. */
function drawRoom(prng: Prng): InboxRoom {
  return {
    items: prng.between(2, 6),
    hookBytes: prng.between(600, 3_000),
    bytes: prng.between(1_000, 6_000),
  };
}

/** Loose enough that runs go on, tight enough that calls wait. */
function drawHosts(prng: Prng): readonly HostRule[] {
  const bounds = {
    rate: prng.chance(0.5) ? { calls: prng.between(2, 12), perMs: prng.pick([100, 400, 1_000]) } : null,
    concurrency: prng.chance(0.5) ? prng.between(1, 6) : null,
    breaker: prng.chance(0.5) ? { failures: prng.between(2, 5), openMs: prng.pick([100, 500, 2_000]) } : null,
  };
  return [{ host: prng.pick(["services.example", "*.example", "services.example:443"]), ...bounds }];
}
