// Keeps the engine's key young: begins its epochs in time, wraps anew, retires, and gives up the keys of the past.

import type { EngineWrap } from "../ports/epoch-store.ts";
import { DispatchedError } from "../value/problem.ts";
import type { EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import type { Timer, Timers } from "./timers.ts";
import { turnEpochs } from "./turn-epochs.ts";

const retryMaxMs = 10_000;

export class EpochKeeper {
  readonly #ports: EnginePorts;
  readonly #options: EngineOptions;
  readonly #timers: Timers;
  #timer: Timer | null = null;
  #turning: Promise<void> | null = null;
  #stopped = false;

  constructor(ports: EnginePorts, options: EngineOptions, timers: Timers) {
    this.#ports = ports;
    this.#options = options;
    this.#timers = timers;
  }

  /**
   * Before anything is wrapped or opened, and before the node has a lease: it leads nothing yet. Errors: `locked`, and those
   * of the store.
   */
  async prepare(): Promise<void> {
    await this.#turn();
  }

  /** Once the node has its lease. */
  start(): void {
    this.#turning = this.#turn().then(
      (at) => this.#rest(at),
      (error: unknown) => this.#failed(error),
    );
  }

  /** Resolves when the step under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    await this.#turning;
  }

  async #turn(): Promise<number> {
    const { store, vault, clock, log } = this.#ports;
    let dropped = 0;
    const rewrap = ({ place, wrapped }: EngineWrap) => {
      const by = vault.rewrapLive(place, wrapped);
      if (by === null) dropped++;
      return by;
    };
    const { node, epochRetentionMs: retentionMs } = this.#options;
    try {
      return await turnEpochs(
        { store: store.epochs, keys: vault.epochs, rewrap, now: () => clock.now() },
        { node, retentionMs, isStopped: () => this.#stopped },
      );
    } finally {
      // The records stay, and open when their tenant is signed in.
      if (dropped > 0) log.write("error", "epochs.wraps_dropped", { count: dropped });
    }
  }

  #rest(at: number): void {
    this.#turning = null;
    if (!this.#stopped) this.#timer = this.#timers.set(at, () => this.start());
  }

  #failed(error: unknown): void {
    const { clock, log } = this.#ports;
    const code = error instanceof DispatchedError ? error.code : "unexpected_error";
    if (!this.#stopped) log.write("warn", "epochs.failed", { code });
    this.#rest(clock.now() + Math.min(retryMaxMs, this.#options.epochRetentionMs));
  }
}
