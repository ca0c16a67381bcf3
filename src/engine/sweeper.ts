// Looks for runs that nobody living holds and that are due, and has them taken into memory.

import type { Fence, Page, RunName, RunRow } from "../ports/store.ts";
import type { EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import type { Timer, Timers } from "./timers.ts";

/** Runs claimed at once: the first of a large recovery goes on while the others are still being read. */
const claimMax = 64;
const doubtPauses = 2;

interface SweepHost {
  fence(): Fence;
  /** How many more runs memory takes. */
  room(): number;
  /** @param isFresh it was claimed just now; this node may have held it before */
  take(row: RunRow, isFresh: boolean): Promise<unknown>;
  /** A run in memory here was poked in the store. */
  poked(name: RunName): void;
}

export class Sweeper {
  readonly #ports: EnginePorts;
  readonly #options: EngineOptions;
  readonly #timers: Timers;
  readonly #host: SweepHost;
  #timer: Timer | null = null;
  #sweeping = false;
  #again = false;
  #stopped = false;
  /** When a claim or an append fell silent: runs may be held by this node that it does not know of. Null for no doubt. */
  #doubtedAt: number | null = null;
  /** How many pauses the doubt still lasts: a clock that jumps shortens one of them. */
  #doubtPauses = 0;
  #pokesAt = 0;

  constructor(ports: EnginePorts, options: EngineOptions, timers: Timers, host: SweepHost) {
    this.#ports = ports;
    this.#options = options;
    this.#timers = timers;
    this.#host = host;
  }

  start(): void {
    this.hurry();
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * The outcome of a claim or an append is unknown: sweeps look at what this node holds, until one that begins a while
   * later, since a store may apply late what it fell silent about.
   */
  doubt(): void {
    this.#doubtedAt = this.#ports.clock.now();
    this.#doubtPauses = doubtPauses;
  }

  /** Sweeps now, or once more when it is sweeping. */
  hurry(): void {
    if (this.#stopped) return;
    if (this.#sweeping) {
      this.#again = true;
      return;
    }
    this.#sweeping = true;
    this.#sweep().then(
      (nextAt) => this.#rest(nextAt),
      () => {
        this.doubt();
        this.#ports.log.write("warn", "sweep.failed", {});
        this.#rest(null);
      },
    );
  }

  /** The time of the next run that is due, or null. */
  async #sweep(): Promise<number | null> {
    if (this.#doubtedAt !== null) await this.#takeHeld(this.#doubtedAt);
    await this.#lookAtPoked();
    for (;;) {
      const limit = Math.min(claimMax, this.#host.room());
      if (limit <= 0 || this.#stopped) return null;
      const { store, vault, clock } = this.#ports;
      const open = vault.openTenants();
      const rows = await store.claim(this.#host.fence(), clock.now(), limit, open);
      // A run that cannot be loaded is dealt with where it is loaded; the others are not held up by it.
      await Promise.allSettled(rows.map((row) => this.#host.take(row, true)));
      if (rows.length < limit) return store.nextDueAt(open);
    }
  }

  /** What was poked in the store while it is in memory here must look again. */
  async #lookAtPoked(): Promise<void> {
    const now = this.#ports.clock.now();
    if (now < this.#pokesAt) return;
    for (const name of await this.#ports.store.listPoked(this.#host.fence())) this.#host.poked(name);
    this.#pokesAt = now + this.#options.sweepMs;
  }

  /** Takes every run that this node holds; those in memory stay as they are. */
  async #takeHeld(doubtedAt: number): Promise<void> {
    const now = this.#ports.clock.now();
    if (now >= doubtedAt + this.#options.sweepMs) {
      this.#doubtPauses--;
      this.#doubtedAt = this.#doubtPauses === 0 ? null : now;
    }
    for (let cursor: string | null = null; ; ) {
      const page: Page<RunRow> = await this.#ports.store.listHeld(this.#host.fence(), cursor, claimMax);
      await Promise.allSettled(page.rows.map((row) => this.#host.take(row, false)));
      if (page.next === null) return;
      cursor = page.next;
    }
  }

  #rest(nextAt: number | null): void {
    this.#sweeping = false;
    if (this.#stopped) return;
    if (this.#again) {
      this.#again = false;
      this.hurry();
      return;
    }
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    const latest = this.#ports.clock.now() + this.#options.sweepMs;
    this.#timer = this.#timers.set(nextAt === null ? latest : Math.min(nextAt, latest), () => this.hurry());
  }
}
