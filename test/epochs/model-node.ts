// One node of the model: a key file on a disk that may forget a rename, and the real protocol over it.

import { turnEpochs } from "../../src/engine/turn-epochs.ts";
import type { EpochKeys } from "../../src/ports/epoch-keys.ts";
import type { Prng } from "../../src/simulation/prng.ts";
import { ModelStore } from "./model-store.ts";
import type { Life } from "./schedule.ts";
import type { Stage } from "./stage.ts";

/** How long a lease lasts, in steps of the whole walk. */
const leaseMs = 120;

class Crashed extends Error {}

/** The name of a file is durable when its folder was synced. */
export interface KeyFile {
  durable: number;
  /** What a rename put there since the last sync: a loss of power may take it back. */
  renamed: number | null;
}

export class ModelNode {
  readonly name: string;
  readonly file: KeyFile = { durable: 0, renamed: null };
  /** Null while it is down. */
  keys: { oldest: number; current: number } | null = null;
  readonly #stage: Stage;
  readonly #pace: number;
  #life: Life | null = null;

  constructor(name: string, stage: Stage, pace: number) {
    this.name = name;
    this.#stage = stage;
    this.#pace = pace;
  }

  start(): void {
    const { file } = this;
    const oldest = file.renamed ?? file.durable;
    if (this.#stage.tables.weakness !== "open_without_sync") this.#sync();
    this.keys = { oldest, current: oldest };
    const life = { node: this.name, pace: this.#stage.wild ? this.#pace : 1 };
    this.#life = life;
    const store = new ModelStore(this.#stage, life);
    void this.#live(store, life).catch((error) => {
      if (!(error instanceof Crashed)) this.#stage.found.add(`a node stopped: ${String(error)}`);
    });
  }

  /** The process dies; with `power` what was not synced may be forgotten, too. */
  crash(power: boolean): void {
    if (this.#life !== null) {
      this.#stage.crashes++;
      this.#stage.schedule.end(this.#life);
      this.#stage.tables.endLife(this.#life);
    }
    this.#life = null;
    this.keys = null;
    const { file } = this;
    if (!power || file.renamed === null) return;
    if (this.#stage.prng.chance(0.5)) this.#stage.lostRenames++;
    else file.durable = file.renamed;
    file.renamed = null;
  }

  async #live(store: ModelStore, life: Life): Promise<void> {
    await store.renewLease(this.#stage.now + leaseMs);
    await this.#turn(store);
    if (this.#stage.wild) for (let task = 0; task < 2; task++) void this.#work(store, life);
    for (;;) {
      await store.renewLease(this.#stage.now + leaseMs);
      await this.#turn(store);
    }
  }

  async #turn(store: ModelStore): Promise<void> {
    const stage = this.#stage;
    await turnEpochs(
      {
        store,
        keys: this.#epochKeys(),
        rewrap: ({ wrapped }, epoch) => (this.#opens(wrapped[0] ?? -1) ? Uint8Array.of(epoch) : null),
        now: () => stage.now,
      },
      { node: this.name, retentionMs: stage.retentionMs, isStopped: () => false },
    );
  }

  #epochKeys(): EpochKeys {
    const { keys } = this;
    if (keys === null) throw new Crashed();
    return {
      get oldest() {
        return keys.oldest;
      },
      advanceTo: (epoch) => {
        keys.current = Math.max(keys.current, epoch);
      },
      id: (epoch) => Uint8Array.of(epoch),
      ratchetTo: (epoch) => this.#ratchetTo(keys, epoch),
    };
  }

  /** Write, sync, rename, sync of the folder, forget; it can be cut off between any two. */
  #ratchetTo(keys: { oldest: number }, epoch: number): void {
    this.#maybeCrash();
    this.file.renamed = epoch;
    this.#maybeCrash();
    if (this.#stage.tables.weakness !== "report_before_sync") this.#sync();
    this.#maybeCrash();
    keys.oldest = epoch;
  }

  #sync(): void {
    this.file.durable = this.file.renamed ?? this.file.durable;
    this.file.renamed = null;
  }

  #maybeCrash(): void {
    if (!this.#stage.wild || !this.#stage.prng.chance(0.1)) return;
    this.crash(this.#stage.prng.chance(0.5));
    throw new Crashed();
  }

  #opens(epoch: number): boolean {
    return this.keys !== null && this.keys.oldest <= epoch;
  }

  async #work(store: ModelStore, life: Life): Promise<void> {
    const { prng, tables } = this.#stage;
    while (this.#stage.wild) {
      const draw = prng.fraction();
      if (draw < 0.3) await this.#begin(store, life, "wraps");
      else if (draw < 0.38) await this.#begin(store, life, "sessions");
      else if (draw < 0.55) await this.#load(store, pickId(tables.wraps, prng));
      else if (draw < 0.88) await store.delete("wraps", pickId(tables.wraps, prng));
      else if (draw < 0.97) await store.delete("sessions", pickId(tables.sessions, prng));
      else await this.#stage.schedule.step(life);
    }
  }

  /** Wraps under the epoch that this node believes current; refused, it looks again. */
  async #begin(store: ModelStore, life: Life, kind: "wraps" | "sessions"): Promise<void> {
    if (this.keys === null) return;
    const { current: sealedUnder } = this.keys;
    // Between sealing and storing a unit may wait in the journal.
    await this.#stage.schedule.step(life, this.#stage.prng.chance(0.2) ? 0.02 : 1);
    if (await store.insert(kind, sealedUnder)) return;
    const { epochs } = await store.readEpochs();
    const current = epochs.find(({ state }) => state === "current")?.epoch ?? 0;
    if (this.keys !== null) this.keys.current = Math.max(this.keys.current, current);
  }

  /** What was read before a ratchet may be wrapped under a key that is gone: it was wrapped anew, and is read again. */
  async #load(store: ModelStore, id: number): Promise<void> {
    this.#stage.loads++;
    const seen = await store.epochOf(id);
    if (seen === null || this.#opens(seen)) return;
    const again = await store.epochOf(id);
    if (again !== null && this.keys !== null && !this.#opens(again)) {
      this.#stage.found.add("a node cannot open a live wrap");
    }
  }
}

function pickId(rows: ReadonlyMap<number, number>, prng: Prng): number {
  return rows.size === 0 ? -1 : prng.pick([...rows.keys()]);
}
