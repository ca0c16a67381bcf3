// Devices of simulated tenants: they sign in wherever a node is up, and rotate their keys now and then, signed in or not.

import type { Engine } from "../engine/engine.ts";
import { codedRow } from "../engine/tenant-row.ts";
import type { TenantRow } from "../ports/account-store.ts";
import type { Store } from "../ports/store.ts";
import type { TenantKeys } from "../ports/vault.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { TenantId } from "../value/id.ts";
import { SimVault } from "./ports/sim-vault.ts";
import { Prng } from "./prng.ts";
import type { SimNode, SimWorld } from "./sim-node.ts";
import { simTenants, wrappingKeyOf } from "./sim-tenants.ts";

/** By which a device signs in now. */
export interface SimKeys {
  readonly keys: TenantKeys;
  readonly wrappingKey: Uint8Array;
}

/** How often devices look whether they are signed in by the current key wherever they are signed in. */
const lookMs = 300;

export class SimRotations {
  readonly #world: SimWorld;
  readonly #tables: MemoryTables;
  readonly #prng: Prng;
  readonly #nodes: () => readonly SimNode[];
  #count = 0;

  constructor(world: SimWorld, tables: MemoryTables, prng: Prng, nodes: () => readonly SimNode[]) {
    this.#world = world;
    this.#tables = tables;
    this.#prng = prng;
    this.#nodes = nodes;
    for (const tenant of simTenants) tables.tenants.set(tenant, rowOf(tenant, 1));
  }

  plan(): void {
    const { time, plan } = this.#world;
    for (let count = 0; count < plan.rotations; count++) {
      time.after(this.#prng.between(10, plan.endsAfterMs), () => this.#rotate());
    }
    this.#look();
  }

  rotateWithin(tenant: TenantId, ms: number): void {
    const { time, plan } = this.#world;
    if (plan.rotations === 0 || !this.#world.faultsOn() || this.#prng.chance(0.5)) return;
    time.after(this.#prng.between(0, ms), () => this.#rotate(tenant));
  }

  /** Of tenants who are still there, or will be. */
  get underWay(): number {
    const { sessions } = this.#world;
    return [...this.#tables.rotations.values()].filter(
      ({ tenant, endedAt }) => endedAt === null && !sessions.leaves(tenant),
    ).length;
  }

  get isOver(): boolean {
    return this.underWay === 0;
  }

  keysOf(tenant: TenantId): SimKeys {
    const { generation, sealKey, check } = this.#rowOf(tenant);
    const { previous = null, from = 0, to = 0 } = this.#tables.rotations.get(tenant) ?? {};
    const isUnderWay = previous !== null && to === generation;
    const before = isUnderWay ? { previous: { generation: from, sealed: previous } } : {};
    const keys = { generation, sealKey, check, ...before };
    return { keys, wrappingKey: wrappingKeyOf(tenant, generation) };
  }

  #rowOf(tenant: TenantId): TenantRow {
    return this.#tables.tenants.get(tenant) ?? rowOf(tenant, 1);
  }

  #look(): void {
    this.#everywhere();
    this.#world.time.after(lookMs, () => this.#look());
  }

  /** Who is signed in by a key of before signs in again. Nodes where nobody is find out by themselves. */
  #everywhere(): void {
    for (const { alive, engine, vault } of this.#nodes()) {
      if (!alive || engine === null) continue;
      for (const tenant of simTenants) {
        const { keys, wrappingKey } = this.keysOf(tenant);
        if (!vault.isOpen(tenant) || vault.generationOf(tenant) === keys.generation) continue;
        vault.unlock(tenant, keys, wrappingKey);
        engine.unlocked(tenant);
      }
    }
  }

  #rotate(tenant = this.#prng.pick(simTenants)): void {
    const node = this.#prng.pick(this.#nodes());
    const engine = node?.engine ?? null;
    if (node === undefined || engine === null || !node.alive) return;
    const running = this.#tables.rotations.get(tenant);
    if (running !== undefined && running.endedAt === null) return;
    this.#everywhere();
    this.#world.strike("rotation", tenant);
    const settled = () => this.#everywhere();
    const { sessions } = this.#world;
    sessions.holdOpen(node, tenant, () => this.#begin(engine, node.store, tenant)).then(settled, settled);
  }

  async #begin(engine: Engine, store: Store | null, tenant: TenantId): Promise<void> {
    const before = this.#rowOf(tenant);
    const next = rowOf(tenant, before.generation + 1);
    const jti = String(this.#count++);
    const deep = this.#prng.chance(0.4);
    const brought = {
      publicKey: next.publicKey,
      wrappingKey: wrappingKeyOf(tenant, next.generation),
      deep,
    };
    await engine.rotations.begin(before, brought, async ({ row, rotation }) => {
      const change = { before: before.code, row: codedRow(codes, row) };
      const use = { jti, expiresAt: this.#world.time.now, session: null, ends: "sessions" as const };
      const result = await store?.accounts.useHandshake(tenant, { ...use, change, rotation });
      if (result !== "used") throw new Error(`the handshake was ${result}`);
    });
  }
}

const codes = new SimVault(new Prng(0));

/** Each has signed in before the world began. */
function rowOf(tenant: TenantId, generation: number): TenantRow {
  const key = wrappingKeyOf(tenant, generation);
  const bytes = (what: string) => new TextEncoder().encode(`${what} ${tenant} ${generation}`);
  const [publicKey, apiKey] = [bytes("public"), bytes("api")];
  return codedRow(codes, { tenant, generation, sealKey: key, check: key, publicKey, apiKey, createdAt: 0 });
}
