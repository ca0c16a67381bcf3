// The line of each tenant's incoming events: in their order there, and beside those of the others, so that what takes
// long, or fails, for one tenant holds up no other.

import type { IncomingRow } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { isLocked, lockedRetryMs } from "./is-locked.ts";
import type { EnginePorts } from "./ports.ts";
import type { Timer, Timers } from "./timers.ts";

const pageMax = 64;
/** Lines that move side by side. */
const linesMax = 16;
/** A line that has moved for so long rests when there is no place for another one. */
const turnMs = 1_000;
const retryMs = 1_000;
/** Every node looks so often for what another acknowledged and could not settle before it went away. */
const lookMs = 5_000;

type LinePorts = Pick<EnginePorts, "store" | "clock" | "log">;

export class EventLines {
  readonly #ports: LinePorts;
  readonly #timers: Timers;
  readonly #startRuns: (row: IncomingRow) => Promise<void>;
  /** `again`: its tenant was opened meanwhile. */
  readonly #moving = new Map<TenantId, { again: boolean }>();
  /** Lines that failed, or took their time, until they move again. */
  readonly #resting = new Map<TenantId, Timer>();
  #looking = false;
  /** The least age of what another look was asked for meanwhile. */
  #again: number | null = null;
  /** The store does not take what it should: before this time nothing is begun. */
  #awayUntil = 0;
  #timer: Timer | null = null;
  #stopped = true;

  /** @param startRuns of one event, by all its triggers; it may be called again for the same */
  constructor(ports: LinePorts, timers: Timers, startRuns: (row: IncomingRow) => Promise<void>) {
    this.#ports = ports;
    this.#timers = timers;
    this.#startRuns = startRuns;
  }

  start(): void {
    this.#stopped = false;
    this.look();
  }

  stop(): void {
    this.#stopped = true;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Somebody of the tenant has signed in: what waited for its keys moves again. */
  unlocked(tenant: TenantId): void {
    const line = this.#moving.get(tenant);
    if (line !== undefined) line.again = true;
    this.#wake(tenant);
  }

  /** @param ageMs of those that are settled, at least: what is younger may be what the node is at to which it came */
  look(ageMs = 0): void {
    if (this.#stopped) return;
    if (this.#looking) {
      this.#again = Math.min(this.#again ?? ageMs, ageMs);
      return;
    }
    this.#looking = true;
    this.#beginLines(ageMs).then(
      () => (this.#isAway() ? this.#rest(retryMs, 0) : this.#rest(lookMs, lookMs)),
      () => this.#rest(retryMs, 0),
    );
  }

  #rest(restMs: number, ageMs: number): void {
    this.#looking = false;
    if (this.#stopped) return;
    const again = this.#again;
    this.#again = null;
    if (again !== null) {
      this.look(again);
      return;
    }
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    this.#timer = this.#timers.set(this.#ports.clock.now() + restMs, () => this.look(ageMs));
  }

  /** Goes past what is of a line that moves or rests. */
  async #beginLines(ageMs: number): Promise<void> {
    const { store, clock } = this.#ports;
    for (;;) {
      // A line that ends makes room, and looks.
      if (this.#stopped || this.#isFull() || this.#isAway()) return;
      const rows = await store.listUnsettled(pageMax, [...this.#moving.keys(), ...this.#resting.keys()]);
      const lines = new Map<TenantId, IncomingRow[]>();
      for (const row of rows) {
        if (ageMs > 0 && row.receivedAt > clock.now() - ageMs) continue;
        const line = lines.get(row.tenant);
        if (line === undefined) lines.set(row.tenant, [row]);
        else line.push(row);
      }
      if (lines.size === 0) return;
      for (const [tenant, line] of lines) if (!this.#isFull()) this.#begin(tenant, line, ageMs);
    }
  }

  #isFull(): boolean {
    return this.#moving.size >= linesMax;
  }

  #isAway(): boolean {
    return this.#ports.clock.now() < this.#awayUntil;
  }

  #begin(tenant: TenantId, rows: readonly IncomingRow[], ageMs: number): void {
    const line = { again: false };
    this.#moving.set(tenant, line);
    this.#move(rows).then((restMs) => {
      this.#moving.delete(tenant);
      if (this.#stopped) return;
      if (restMs !== null && !line.again) {
        const wakeAt = this.#ports.clock.now() + restMs;
        this.#resting.set(
          tenant,
          this.#timers.set(wakeAt, () => this.#wake(tenant)),
        );
      }
      this.look(restMs === null ? ageMs : 0);
    });
  }

  #wake(tenant: TenantId): void {
    const timer = this.#resting.get(tenant);
    if (timer !== undefined) this.#timers.cancel(timer);
    this.#resting.delete(tenant);
    this.look();
  }

  /**
   * Runs are started in the order of their events; that an event is settled need not be durable before the next is looked
   * at, because its runs are started once however often it is looked at. Gives how long the line is to rest, or null.
   */
  async #move(rows: readonly IncomingRow[]): Promise<number | null> {
    const { store, clock, log } = this.#ports;
    const begunAt = clock.now();
    const settling: Promise<void>[] = [];
    let restMs: number | null = null;
    const fail = (error: unknown) => {
      restMs = isLocked(error) ? lockedRetryMs : retryMs;
      if (isAway(error)) this.#awayUntil = clock.now() + retryMs;
    };
    for (const row of rows) {
      if (this.#stopped || this.#isAway()) break;
      if (this.#isFull() && clock.now() - begunAt >= turnMs) {
        restMs ??= turnMs;
        break;
      }
      try {
        await this.#startRuns(row);
        settling.push(store.settleIncoming(row.tenant, row.id).catch(fail));
      } catch (error) {
        fail(error);
        // Its later events wait, too.
        if (error instanceof DispatchedError) break;
        log.write("error", "event.failed", {});
      }
    }
    await Promise.all(settling);
    return restMs;
  }
}

function isAway(error: unknown): boolean {
  return error instanceof DispatchedError && error.code === "store_unavailable";
}
