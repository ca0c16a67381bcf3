// How hostile one world is: drawn from its seed, and over after a while, so that what can progress must.

import type { HostRule } from "../engine/host-rule.ts";
import type { EngineOptions } from "../engine/options.ts";
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
  readonly nodes: 1 | 2;
  /** Milliseconds after the start at which faults end. */
  readonly endsAfterMs: number;
  readonly crashesMax: number;
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
  const { parkAfterMs, epochMs: epochRetentionMs, hosts, inboxRoom, eventBodyBytes, keptBodyBytes } = plan;
  const usual = { parkAfterMs, epochRetentionMs, hosts, eventBodyBytes, keptBodyBytes };
  return inboxRoom === null ? usual : { ...usual, inboxRoom };
}

export function drawFaultPlan(prng: Prng): FaultPlan {
  const calm = prng.chance(0.1);
  const rate = (most: number) => (calm ? 0 : prng.fraction() * most);
  const plan = {
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
  return { ...plan, rotations, eventBodyBytes, keptBodyBytes: prng.pick([0, 0, 300, 10_000]) };
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
