// Rotations of tenants' keys: begun by a handshake, gone on with wherever the tenant is open, until every record is new.

import type { TenantRow } from "../ports/account-store.ts";
import type { RotationRow } from "../ports/key-store.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { EnginePorts } from "./ports.ts";
import { convertSealed, requireBoth, rotatePages } from "./rotate-page.ts";
import type { Timers } from "./timers.ts";

/** What the device brings. */
export interface NewKey {
  /** X25519, 32 bytes, not of low order. */
  readonly publicKey: Uint8Array;
  /** 32 bytes; erased. */
  readonly wrappingKey: Uint8Array;
  /** Quiet records get fresh data keys, too. */
  readonly deep: boolean;
}

/** What is to be stored with the handshake's being used, in one transaction. */
export interface BegunRotation {
  readonly row: Omit<TenantRow, "code">;
  readonly rotation: RotationRow;
}

export interface RotationView {
  /** Generations of the tenant's key. */
  readonly from: number;
  readonly to: number;
  readonly deep: boolean;
  /** How many there were at the beginning, and how many have been looked at: it may be more. */
  readonly records: number;
  readonly done: number;
  readonly startedAt: number;
  /** Null while it is under way. */
  readonly endedAt: number | null;
}

const retryMs = 1_000;
/** What was read before the end of a rotation is opened within this. */
const forgetMs = 60_000;

export class Rotations {
  readonly #ports: EnginePorts;
  readonly #timers: Timers;
  readonly #pageMax: number;
  /** `again`: the tenant was opened meanwhile. */
  readonly #underWay = new Map<TenantId, { again: boolean }>();
  #stopped = true;

  /** @param pageMax records put under the new key in one write */
  constructor(ports: EnginePorts, timers: Timers, pageMax: number) {
    this.#ports = ports;
    this.#timers = timers;
    this.#pageMax = pageMax;
  }

  start(): void {
    this.#stopped = false;
    for (const tenant of this.#ports.vault.openTenants()) this.goOn(tenant);
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * Puts the tenant, who is open here, under a new key. When this resolves, everything new is wrapped for it; the rest
   * follows by itself. Errors: `rotation_under_way`, `invalid_body`, and those of `store`.
   * @param store makes it durable, together with the end of all sessions
   */
  async begin(
    tenant: TenantRow,
    { publicKey, wrappingKey, deep }: NewKey,
    store: (begun: BegunRotation) => Promise<void>,
  ): Promise<RotationView> {
    const { vault, clock, log } = this.#ports;
    const { tenant: id, generation } = tenant;
    const before = await this.#ports.store.keys.readRotation(id);
    if (before !== null && before.endedAt === null) {
      throw new DispatchedError("rotation_under_way", "a rotation of the tenant's key is under way", {
        retryable: true,
        hint: "sign in, so that it goes on, and wait until `dispatched key rotation` says that it is over",
      });
    }
    const { recovery: sheet, ...rest } = tenant;
    const { keys, marks, recovery } = vault.succeed(id, wrappingKey, sheet?.publicKey ?? null);
    if (same(publicKey, tenant.publicKey) || same(keys.check ?? publicKey, tenant.check)) {
      throw new DispatchedError("invalid_body", "the new key is the old one");
    }
    const { sealKey, check, previous } = keys;
    const rotation: RotationRow = {
      tenant: id,
      from: generation,
      to: keys.generation,
      deep,
      marks,
      previous: previous.sealed,
      cursor: null,
      records: await this.#ports.store.keys.count(id),
      done: 0,
      startedAt: clock.now(),
      endedAt: null,
    };
    const { previous: _none, code: _old, ...row } = rest;
    const kept =
      sheet === undefined || recovery === null ? {} : { recovery: { ...sheet, sealedKey: recovery } };
    await store({ row: { ...row, ...kept, generation: rotation.to, publicKey, sealKey, check }, rotation });
    vault.unlock(id, keys, wrappingKey);
    wrappingKey.fill(0);
    log.write("info", "rotation.begun", { tenant: id, generation: rotation.to, deep });
    this.goOn(id);
    return viewOf(rotation);
  }

  /** The last rotation, or null when the key is the first. */
  async show(tenant: TenantId): Promise<RotationView | null> {
    const rotation = await this.#ports.store.keys.readRotation(tenant);
    return rotation === null ? null : viewOf(rotation);
  }

  /** The tenant has been opened here: what is under way goes on, and what came while it was locked is wrapped anew. */
  goOn(tenant: TenantId): void {
    const underWay = this.#underWay.get(tenant);
    if (underWay !== undefined) underWay.again = true;
    if (this.#stopped || underWay !== undefined) return;
    const state = { again: false };
    this.#underWay.set(tenant, state);
    const end = () => {
      this.#underWay.delete(tenant);
      if (state.again) this.goOn(tenant);
    };
    this.#perform(tenant).then(end, () => this.#tryAgain(tenant, end));
  }

  async #perform(tenant: TenantId): Promise<void> {
    const { store, vault, clock, log } = this.#ports;
    const isOpen = () => !this.#stopped && vault.isOpen(tenant);
    while (isOpen()) {
      const rotation = await store.keys.readRotation(tenant);
      if (rotation === null) break;
      const { to } = rotation;
      if (rotation.endedAt !== null) {
        if (vault.opensBoth(tenant, to)) {
          this.#timers.set(clock.now() + forgetMs, () => vault.forgetPrevious(tenant, to));
        }
        break;
      }
      // Whoever is signed in here by the key of before has not heard of that yet.
      if (isOpen()) requireBoth(this.#ports, tenant, to);
      const ended = await rotatePages(this.#ports, rotation, this.#pageMax, isOpen);
      if (ended) log.write("info", "rotation.ended", { tenant, generation: to });
    }
    while (isOpen() && (await convertSealed(this.#ports, tenant, this.#pageMax)));
  }

  /** Its place is stored: whatever fails, it goes on from there, as long as the tenant is open. */
  #tryAgain(tenant: TenantId, end: () => void): void {
    if (this.#stopped || !this.#ports.vault.isOpen(tenant)) {
      end();
      return;
    }
    this.#ports.log.write("warn", "rotation.failed", { tenant });
    this.#timers.set(this.#ports.clock.now() + retryMs, () => {
      end();
      this.goOn(tenant);
    });
  }
}

function viewOf({ from, to, deep, records, done, startedAt, endedAt }: RotationRow): RotationView {
  return { from, to, deep, records, done, startedAt, endedAt };
}

function same(a: Uint8Array, b: Uint8Array | null): boolean {
  return b !== null && a.length === b.length && a.every((byte, index) => byte === b[index]);
}
