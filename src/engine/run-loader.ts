// Reads the runs that this node holds into memory: again later where that fails for now; one that cannot be opened is given back.

import type { RunRow } from "../ports/store.ts";
import { BrokenInvariant } from "../value/assert.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { ActiveRun } from "./active-run.ts";
import type { Definitions } from "./definitions.ts";
import { giveBackLocked } from "./give-back-locked.ts";
import { isLocked } from "./is-locked.ts";
import type { KeptRoots } from "./kept-roots.ts";
import type { Reply } from "./letter.ts";
import { type Quarantined, quarantineError } from "./quarantine.ts";
import { reasonOf } from "./reason-of.ts";
import type { RunHost } from "./run-host.ts";
import type { RunKeys } from "./run-keys.ts";
import { loadState } from "./run-log.ts";
import { runPlace } from "./run-place.ts";

const retryMs = 1_000;

interface LoaderHost extends RunHost {
  readonly keys: RunKeys;
  readonly kept: KeptRoots;
  isRunning(): boolean;
  /** Others may be due. */
  hurry(): void;
  bring(tenant: TenantId, run: RunId): Promise<ActiveRun>;
  /** It is in memory from now on. */
  loaded(run: ActiveRun): void;
}

export class RunLoader {
  readonly #host: LoaderHost;
  readonly #definitions: Definitions;
  readonly #loading = new Map<string, Promise<ActiveRun>>();
  readonly #quarantined = new Map<string, Quarantined>();
  /**
   * Of runs that this node holds and does not have in memory: whether anything was under way when it came to hold them.
   * Their rows say only that they are held.
   */
  readonly #held = new Map<string, boolean>();

  constructor(host: LoaderHost, definitions: Definitions) {
    this.#host = host;
    this.#definitions = definitions;
  }

  quarantined(place: string): Quarantined | null {
    return this.#quarantined.get(place) ?? null;
  }

  loading(place: string): Promise<ActiveRun> | null {
    return this.#loading.get(place) ?? null;
  }

  holds(place: string): boolean {
    return this.#held.has(place);
  }

  /** @param underWay whether anything may have been; null when this node does not hold it any more */
  note(place: string, underWay: boolean | null): void {
    if (underWay === null) this.#held.delete(place);
    else this.#held.set(place, underWay);
  }

  /** Loads a row that this node holds. One that could not be read is not read again: it stays as it is. */
  load(row: RunRow): Promise<ActiveRun> {
    const place = runPlace(row.tenant, row.run);
    const quarantined = this.quarantined(place);
    if (quarantined !== null) return Promise.reject(quarantineError(row.run, quarantined));
    const loading = this.#loading.get(place) ?? this.#load(row, place);
    this.#loading.set(place, loading);
    return loading;
  }

  /** Ends one that this node holds and has quarantined: nothing else of it is decided. */
  end(row: RunRow): Promise<void> {
    const place = runPlace(row.tenant, row.run);
    return new Promise((ended, failed) => {
      const reply = { decided: () => ended(), failed };
      const loading = this.#load(row, place, reply);
      this.#loading.set(place, loading);
      loading.catch(failed);
    });
  }

  async #load(row: RunRow, place: string, end: Reply | null = null): Promise<ActiveRun> {
    const { keys, kept, ports } = this.#host;
    if (!this.holds(place)) this.note(place, row.held);
    try {
      const key = await keys.take(row);
      const state = await loadState(ports, row, key);
      const { tenant, run: id, attended } = row;
      const definition = await this.#definitions.find(tenant, state.created.workflow, state.created.version);
      const keeps = await kept.ofRun(row, definition.workflow, state);
      if (!this.#host.isRunning()) throw this.#host.goneError();
      const run = new ActiveRun(
        this.#host,
        { tenant, id, definition, key, birth: null, attended, keeps },
        state,
      );
      this.note(place, null);
      this.#host.loaded(run);
      if (end !== null) {
        this.#quarantined.delete(place);
        run.post({ type: "abandon" }, end);
      }
      // One that was let go had nothing under way; one whose node died may have.
      else if (row.held) run.post({ type: "recover" }, null);
      return run;
    } catch (error) {
      if (this.#host.isRunning()) await this.#failed(row, place, error);
      throw error;
    } finally {
      this.#loading.delete(place);
    }
  }

  async #failed(row: RunRow, place: string, error: unknown): Promise<void> {
    const damaged =
      error instanceof BrokenInvariant || (error instanceof DispatchedError && !error.retryable);
    if (isLocked(error)) {
      if (!this.#host.keys.await(row)) this.later(row.tenant, row.run);
      else await this.#giveBack(row, place);
    } else if (damaged) {
      this.quarantine(row.tenant, row.run, error, false);
      // It is forgotten in time all the same.
      if (row.endedAt !== null) await this.#giveBack(row, place);
    } else {
      this.later(row.tenant, row.run);
    }
  }

  async #giveBack(row: RunRow, place: string): Promise<void> {
    const held = this.#held.get(place) ?? row.held;
    if (await giveBackLocked(this.#host, { ...row, held })) this.note(place, null);
  }

  /** Takes it again in a while. */
  later(tenant: TenantId, run: RunId, delayMs = retryMs): void {
    this.#host.timers.set(this.#host.ports.clock.now() + delayMs, () => {
      if (!this.#host.isRunning()) return;
      const brought = this.#host.bring(tenant, run).then((there) => there.wake());
      brought.catch((error: unknown) => {
        if (isLocked(error) && this.#host.keys.await({ tenant, run })) return;
        const gone = error instanceof DispatchedError && !error.retryable;
        if (!gone && this.quarantined(runPlace(tenant, run)) === null) this.later(tenant, run);
      });
    });
  }

  /** Its log or a decision broke an invariant: it stays as it is and, where its log was read, is shown. */
  quarantine(tenant: TenantId, run: RunId, error: unknown, isRead: boolean): void {
    const reason = reasonOf(error);
    this.#quarantined.set(runPlace(tenant, run), { isRead, reason });
    this.#host.ports.log.write("error", "run.quarantined", { run, reason });
    this.#setAside(tenant, run);
  }

  /** Those who wait for a place behind it go past it. */
  #setAside(tenant: TenantId, run: RunId): void {
    const { ports, timers } = this.#host;
    if (!this.#host.isRunning()) return;
    ports.store.setAside(this.#host.fence(), tenant, run).then(
      () => this.#host.hurry(),
      () => timers.set(ports.clock.now() + retryMs, () => this.#setAside(tenant, run)),
    );
  }
}
