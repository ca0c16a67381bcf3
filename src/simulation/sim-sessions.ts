// Where the tenants of a world are open: by their callers, at random times, not for a while, never again.

import type { TenantId } from "../value/id.ts";
import { Prng } from "./prng.ts";
import type { SimNode, SimWorld } from "./sim-node.ts";
import { simTenants } from "./sim-tenants.ts";

/** Milliseconds since the world began. */
interface Away {
  readonly from: number;
  /** Infinite for one that does not come back. */
  readonly to: number;
}

export class SimSessions {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #nodes: () => readonly SimNode[];
  readonly #beganAt: number;
  readonly #away = new Map<TenantId, Away>();
  /** By index, of those whose callers use only that in the end, where there are two. */
  readonly #home = new Map<TenantId, number>();
  /** `locks`: nobody is signed in beside the handshakes. */
  readonly #holds = new Map<string, { count: number; locks: boolean }>();

  constructor(world: SimWorld, prng: Prng, nodes: () => readonly SimNode[]) {
    this.#world = world;
    this.#prng = prng;
    this.#nodes = nodes;
    this.#beganAt = world.time.now;
    const homes = new Prng(world.plan.endsAfterMs);
    for (const tenant of simTenants) {
      const away = drawAway(prng, world.plan.endsAfterMs);
      if (away !== null) this.#away.set(tenant, away);
      if (world.plan.nodes > 1 && homes.chance(0.5)) this.#home.set(tenant, homes.between(0, 1));
    }
  }

  /** Its callers leave and do not come back: what goes on must do so without them. */
  leaves(tenant: TenantId): boolean {
    return this.#away.get(tenant)?.to === Number.POSITIVE_INFINITY;
  }

  /** When its callers go away, in milliseconds since the world began, or null. */
  goesAt(tenant: TenantId): number | null {
    return this.#away.get(tenant)?.from ?? null;
  }

  hasLeft(tenant: TenantId): boolean {
    return this.leaves(tenant) && this.awayUntil(tenant) !== null;
  }

  /** Null while its callers are there. */
  awayUntil(tenant: TenantId): number | null {
    const away = this.#away.get(tenant);
    const now = this.#world.time.now - this.#beganAt;
    if (away === undefined || now < away.from || now >= away.to) return null;
    return this.#beganAt + away.to;
  }

  /** The only node that its callers use once faults are over; null for any. */
  homeOf(tenant: TenantId): SimNode | null {
    const home = this.#home.get(tenant);
    return home === undefined || this.#world.faultsOn() ? null : (this.#nodes()[home] ?? null);
  }

  signIn(node: SimNode, tenant: TenantId): void {
    const { engine, vault } = node;
    if (!node.alive || engine === null) return;
    const hold = this.#holds.get(placeOf(node, tenant));
    if (vault.isOpen(tenant) && hold?.locks !== true) return;
    if (hold !== undefined) hold.locks = false;
    if (!vault.isOpen(tenant)) open(node, tenant);
    engine.unlocked(tenant);
  }

  /** A handshake that the tenant's key performs has it open there until its end, also for who signs out meanwhile. */
  async holdOpen(node: SimNode, tenant: TenantId, perform: () => Promise<void>): Promise<void> {
    const place = placeOf(node, tenant);
    const hold = this.#holds.get(place) ?? { count: 0, locks: !node.vault.isOpen(tenant) };
    if (!node.vault.isOpen(tenant)) open(node, tenant);
    this.#holds.set(place, hold);
    hold.count++;
    try {
      await perform();
    } finally {
      if (--hold.count === 0) {
        this.#holds.delete(place);
        if (hold.locks) lock(node, tenant);
      }
    }
  }

  signOut(node: SimNode, tenant: TenantId): void {
    const { vault, world } = node;
    const hold = this.#holds.get(placeOf(node, tenant));
    if (!node.alive || !vault.isOpen(tenant) || hold?.locks === true) return;
    if (hold === undefined) lock(node, tenant);
    else hold.locks = true;
    if (world.faultsOn()) world.strike("signed_out", tenant);
  }

  /** An engine is up: of nobody's keys does it know any. Once faults are over its callers come back to it. */
  booted(node: SimNode): void {
    for (const tenant of simTenants) {
      if (this.#world.faultsOn()) this.#world.strike("locked_boot", tenant);
      else this.#comeBack(node, tenant);
    }
  }

  plan(): void {
    const prng = this.#prng;
    const { plan, time } = this.#world;
    for (const tenant of simTenants) {
      for (let count = prng.between(0, 3); count > 0; count--) {
        time.after(prng.between(0, plan.endsAfterMs), () => this.#comeIn(tenant));
      }
      this.#planAway(tenant);
      // After the last fault everybody comes back who does.
      time.after(plan.endsAfterMs, () => {
        for (const node of this.#nodes()) this.#comeBack(node, tenant);
      });
    }
    for (let count = plan.signOuts; count > 0; count--) {
      const tenant = prng.pick(simTenants);
      time.after(prng.between(10, plan.endsAfterMs - 1), () =>
        this.signOut(prng.pick(this.#nodes()), tenant),
      );
    }
  }

  #comeBack(node: SimNode, tenant: TenantId): void {
    if (this.leaves(tenant)) return;
    if ((this.homeOf(tenant) ?? node) === node) this.signIn(node, tenant);
    else this.signOut(node, tenant);
  }

  #comeIn(tenant: TenantId): void {
    if (this.awayUntil(tenant) === null) this.signIn(this.#prng.pick(this.#nodes()), tenant);
  }

  /** Who leaves signs out everywhere; who is away for a while may just go: nodes that start then do not know its keys. */
  #planAway(tenant: TenantId): void {
    const away = this.#away.get(tenant);
    if (away === undefined || (!this.leaves(tenant) && this.#prng.chance(0.2))) return;
    this.#world.time.after(away.from, () => {
      for (const node of this.#nodes()) this.signOut(node, tenant);
    });
  }
}

function placeOf({ life }: SimNode, tenant: TenantId): string {
  return `${life.process}/${tenant}`;
}

function open({ index, life, vault, world }: SimNode, tenant: TenantId): void {
  const { keys, wrappingKey } = world.keysOf(tenant);
  vault.unlock(tenant, keys, wrappingKey);
  const { record, time } = world;
  record.note(time.now, `node ${index} opens ${tenant}`);
  life.opened.push({ tenant, from: time.now, fromOrder: record.nextOrder(), to: null });
}

function lock(node: SimNode, tenant: TenantId): void {
  if (!node.alive) return;
  node.vault.lock(tenant);
  node.engine?.locked(tenant);
  node.closed(tenant);
}

function drawAway(prng: Prng, endsAfterMs: number): Away | null {
  const from = Math.floor(endsAfterMs * (0.1 + 0.7 * prng.fraction()));
  const draw = prng.fraction();
  if (draw < 0.5) return null;
  return { from, to: draw < 0.75 ? endsAfterMs : Number.POSITIVE_INFINITY };
}
