// The store as one node of the model sees it: transactions of several steps, with the advisory lock as a real one has it.

import type {
  EngineWrap,
  EpochRow,
  EpochStore,
  EpochView,
  NodeForgotten,
  WrapReplacement,
} from "../../src/ports/epoch-store.ts";
import type { Place } from "../../src/ports/vault.ts";
import type { Prng } from "../../src/simulation/prng.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { Life, Schedule } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import type { LockKind, Tables } from "./tables.ts";

type Step = () => Promise<void>;

export class ModelStore implements EpochStore {
  readonly #tables: Tables;
  readonly #schedule: Schedule;
  readonly #prng: Prng;
  readonly #life: Life;

  constructor({ tables, schedule, prng }: Stage, life: Life) {
    this.#tables = tables;
    this.#schedule = schedule;
    this.#prng = prng;
    this.#life = life;
  }

  async readEpochs(): Promise<EpochView> {
    await this.#step();
    const view = this.#tables.view();
    await this.#step();
    return view;
  }

  beginEpoch(next: Omit<EpochRow, "state">, after: number | null): Promise<boolean> {
    const { epochs, counts } = this.#tables;
    return this.#transaction("exclusive", async (step) => {
      const states = [...epochs.values()].map(({ state }) => state);
      const isLatest = [...epochs.keys()].every((epoch) => epoch < next.epoch);
      if (this.#tables.current() !== after || states.includes("retiring") || !isLatest) return false;
      await step();
      const before = after === null ? undefined : epochs.get(after);
      if (before !== undefined) before.state = "retiring";
      epochs.set(next.epoch, { state: "current", begunAt: next.begunAt });
      counts.begun++;
      return true;
    });
  }

  async wrapsOf(epoch: number, limit: number): Promise<readonly EngineWrap[]> {
    await this.#step();
    const ids = [...this.#tables.wraps].filter(([, of]) => of === epoch).map(([id]) => id);
    // Three at a time, so that a clearing takes several batches and can be cut off between them.
    const wraps = ids
      .slice(0, Math.min(limit, 3))
      .map((id) => ({ place: placeOf(id), wrapped: Uint8Array.of(epoch) }));
    await this.#step();
    return wraps;
  }

  replaceWraps(epoch: number, replacements: readonly WrapReplacement[]): Promise<boolean> {
    const { wraps, counts } = this.#tables;
    return this.#insert(epoch, () => {
      for (const { place, wrapped, by } of replacements) {
        const id = Number(place.row);
        if (wraps.get(id) !== wrapped[0]) continue;
        if (by === null) {
          counts.dropped++;
          wraps.delete(id);
        } else {
          counts.rewrapped++;
          wraps.set(id, by[0] ?? -1);
        }
      }
    });
  }

  retireEpoch(epoch: number): Promise<boolean> {
    const { epochs, wraps, sessions, counts, weakness } = this.#tables;
    return this.#transaction("exclusive", async (step) => {
      const row = epochs.get(epoch);
      if (row?.state !== "retiring") return false;
      const left = [...wraps.values(), ...(weakness === "sessions_not_counted" ? [] : sessions.values())];
      if (left.includes(epoch)) return false;
      await step();
      row.state = "retired";
      counts.retired++;
      return true;
    });
  }

  abandonEpoch(epoch: number): Promise<boolean> {
    const { epochs, nodes, wraps, sessions, counts } = this.#tables;
    return this.#transaction("exclusive", async (step) => {
      const row = epochs.get(epoch);
      if (row === undefined || [...nodes.values()].some((node) => node.reportedEpoch <= epoch)) return false;
      await step();
      row.state = "retired";
      for (const rows of [wraps, sessions]) {
        for (const [id, of] of rows) {
          if (of !== epoch) continue;
          rows.delete(id);
          counts.dropped++;
        }
      }
      return true;
    });
  }

  reportEpoch(node: string, epoch: number): Promise<void> {
    return this.#transaction(null, async () => {
      const row = this.#tables.nodes.get(node);
      if (row !== undefined) row.reportedEpoch = epoch;
    });
  }

  /** Nobody of the model asks for it. */
  async forgetNode(): Promise<NodeForgotten> {
    return "alive";
  }

  /** The beginning of a run or a session, by whoever believes that `epoch` is current. */
  insert(kind: "wraps" | "sessions", epoch: number): Promise<boolean> {
    return this.#insert(epoch, () => {
      this.#tables[kind].set(this.#tables.nextId++, epoch);
    });
  }

  delete(kind: "wraps" | "sessions", id: number): Promise<boolean> {
    return this.#transaction(null, async () => this.#tables[kind].delete(id));
  }

  async epochOf(id: number): Promise<number | null> {
    await this.#step();
    const epoch = this.#tables.wraps.get(id) ?? null;
    await this.#step();
    return epoch;
  }

  async renewLease(until: number): Promise<void> {
    await this.#step();
    const row = this.#tables.nodes.get(this.#life.node);
    if (row !== undefined) row.leaseEndsAt = until;
  }

  #insert(epoch: number, commit: () => void): Promise<boolean> {
    const { weakness, counts } = this.#tables;
    const locks = weakness !== "no_fence" && weakness !== "check_without_lock";
    const checks = weakness !== "no_fence" && weakness !== "lock_without_check";
    return this.#transaction(locks ? "shared" : null, async (step) => {
      if (checks && this.#tables.current() !== epoch) {
        counts.refused++;
        return false;
      }
      await step();
      commit();
      counts.inserted++;
      return true;
    });
  }

  /**
   * `work` changes rows only after its last step, which is the commit. The answer comes a step later, or never. Some
   * transactions take very long over it.
   */
  async #transaction<T>(lock: LockKind | null, work: (step: Step) => Promise<T>): Promise<T> {
    const holder = {};
    const pace = this.#prng.chance(0.1) ? 0.02 : 1;
    const step = () => this.#schedule.step(this.#life, pace);
    do await this.#step();
    while (lock !== null && !this.#tables.tryLock(lock, holder, this.#life));
    await step();
    const result = await work(step);
    this.#tables.unlock(holder);
    await this.#step();
    return result;
  }

  #step(): Promise<void> {
    return this.#schedule.step(this.#life);
  }
}

function placeOf(id: number): Place {
  return { tenant: "ten_1" as TenantId, table: "run", column: "engine_wrap", row: String(id), version: 0 };
}
