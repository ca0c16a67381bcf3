// `cancel_oldest`: a new run that must wait for a place cancels the oldest that goes on.

import type { RunState } from "../run/state.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Definition } from "./definitions.ts";
import type { EnginePorts } from "./ports.ts";
import type { Runs } from "./runs.ts";
import { slotHash } from "./unit-extra.ts";

/** So many runs that end already are passed over, of those that hold a place and of those that wait. */
const lookedAtMax = 100;

export class RoomMaker {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  /** Runs that are being told to end: each makes room for one other. */
  readonly #told = new Set<string>();

  constructor(ports: EnginePorts, runs: Runs) {
    this.#ports = ports;
    this.#runs = runs;
  }

  /**
   * Cancels the oldest run of `key` that is not at its end already: of those that hold a place, else of those that came before
   * `run` and wait, which then never begin. Does nothing when `run` waits for nothing.
   */
  async makeRoom(tenant: TenantId, definition: Definition, key: string, run: RunId): Promise<void> {
    const { store, vault } = this.#ports;
    const hash = slotHash(vault, tenant, definition.name, key);
    try {
      if (!(await this.#waits(tenant, run))) return;
      const holders = await store.listSlot(tenant, hash, "holders", lookedAtMax);
      if (await this.#tellFirst(tenant, holders, run)) return;
      await this.#tellFirst(tenant, await store.listSlot(tenant, hash, "waiters", lookedAtMax), run);
    } catch {
      // One has ended meanwhile, or another node holds it: the new run waits for its place all the same.
    }
  }

  async #waits(tenant: TenantId, run: RunId): Promise<boolean> {
    const state = await this.#stateOf(tenant, run);
    return state !== null && state.startedAt === null && state.ending === null;
  }

  async #stateOf(tenant: TenantId, run: RunId): Promise<RunState | null> {
    const active = await this.#runs.bring(tenant, run);
    active.wake();
    return active.state;
  }

  /** True when nothing more is to be done: one was told to end, or `run` is no later than what is left. */
  async #tellFirst(tenant: TenantId, list: readonly RunId[], run: RunId): Promise<boolean> {
    for (const other of list) {
      if (other === run) return true;
      // A place may have become free for it meanwhile.
      if (!(await this.#waits(tenant, run))) return true;
      const state = await this.#stateOf(tenant, other);
      const name = `${tenant}/${other}`;
      if (this.#told.has(name) || state === null || state.ending !== null || state.completing) continue;
      this.#told.add(name);
      try {
        await this.#runs.send(tenant, other, { type: "cancel", compensate: true });
      } finally {
        this.#told.delete(name);
      }
      return true;
    }
    return false;
  }
}
