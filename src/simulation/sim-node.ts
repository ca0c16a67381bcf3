// One incarnation of an engine's process: it lives until it crashes, and then nothing of it goes on.

import type { Engine } from "../engine/engine.ts";
import type { Store } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import type { FaultKind, FaultPlan } from "./fault-plan.ts";
import type { Call, ProcessLife } from "./history.ts";
import type { Concerned, InFlight } from "./in-flight.ts";
import type { SimVault } from "./ports/sim-vault.ts";
import type { Prng } from "./prng.ts";
import type { SimKeys } from "./sim-rotations.ts";
import type { SimSessions } from "./sim-sessions.ts";
import { simTenants } from "./sim-tenants.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { WorldRecord } from "./world-record.ts";

export interface SimWorld {
  readonly time: VirtualTime;
  readonly record: WorldRecord;
  readonly plan: FaultPlan;
  readonly sessions: SimSessions;
  /** Whether faults may still strike, now or so much later. */
  faultsOn(withinMs?: number): boolean;
  /** So many runs stand that nobody asks for more. */
  hasEnough(): boolean;
  storeIsDown(): boolean;
  /** Something was written to the store. */
  written(): void;
  /** What the clocks of the nodes show. */
  clocks(): readonly number[];
  readonly inFlight: InFlight;
  /** A fault strikes: what is in flight meets it, of all runs or of those whom it concerns. A rerun meets what its runs had begun. */
  strike(kind: FaultKind, concerned?: Concerned): void;
  /** By which the tenant's device signs in now. */
  keysOf(tenant: TenantId): SimKeys;
  /** Where keys are rotated, this one is at times within so many milliseconds: what is sealed now is then met by it. */
  rotateWithin(tenant: TenantId, ms: number): void;
  /** A fault strikes one call: the features of its step meet it. */
  strikeCall(kind: FaultKind, call: Call): void;
  /** A service saw a call that told it where to call back. */
  callBack(call: Call): void;
  /** Called when an incarnation crashed by itself. */
  crashed(node: SimNode): void;
}

export class SimNode {
  readonly index: number;
  readonly world: SimWorld;
  readonly prng: Prng;
  readonly vault: SimVault;
  readonly life: ProcessLife;
  alive = true;
  /** How far its clock is ahead of the world's. */
  clockAheadMs: number;
  engine: Engine | null = null;
  /** As its process reaches it. */
  store: Store | null = null;
  /** Wake-ups of its clock that have not come. */
  readonly wakes = new Set<() => void>();

  constructor(index: number, world: SimWorld, prng: Prng, vault: SimVault, clockAheadMs: number) {
    this.index = index;
    this.world = world;
    this.prng = prng;
    this.vault = vault;
    this.clockAheadMs = clockAheadMs;
    const { lives } = world.record;
    this.life = { process: lives.length, node: index, from: world.time.now, to: null, opened: [] };
    lives.push(this.life);
  }

  /** Nothing of this process goes on. */
  die(): void {
    if (!this.alive) return;
    this.alive = false;
    this.engine = null;
    this.life.to = this.world.time.now;
    for (const tenant of this.vault.openTenants()) this.closed(tenant);
  }

  closed(tenant: TenantId): void {
    const open = this.life.opened.find((span) => span.tenant === tenant && span.to === null);
    if (open !== undefined) open.to = this.world.time.now;
  }

  now(): number {
    return this.world.time.now + this.clockAheadMs;
  }

  /** A port call: false when the process is dead, or dies right here. */
  enter(port: string): boolean {
    if (!this.alive) return false;
    const { world } = this;
    world.record.note(world.time.now, `node ${this.index} ${port}`);
    if (world.faultsOn() && this.prng.chance(world.plan.crashAtPort)) {
      world.strike("crash_at_port");
      world.crashed(this);
    }
    // What was just taken, and is still to be read, is met by it more often.
    const signOut = world.plan.signOutAtPort * (/^claim/.test(port) ? 30 : /^readEvents/.test(port) ? 10 : 1);
    if (world.faultsOn() && this.prng.chance(signOut)) {
      world.sessions.signOut(this, this.prng.pick(simTenants));
    }
    return this.alive;
  }

  /** Runs `then` later, if the process still lives. */
  later(ms: number, then: () => void): void {
    this.world.time.after(ms, () => {
      if (this.alive) then();
    });
  }
}
