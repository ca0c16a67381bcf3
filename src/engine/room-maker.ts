// `cancel_oldest`: a new run that must wait for a place cancels the oldest that goes on.

import type { RunState } from "../run/state.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { DispatchedError } from "../value/problem.ts";
import type { ActiveRun } from "./active-run.ts";
import { currentState } from "./current-state.ts";
import type { Definition } from "./definitions.ts";
import { isLocked } from "./is-locked.ts";
import type { EnginePorts } from "./ports.ts";
import { runElsewhere } from "./run-elsewhere.ts";
import { runPlace } from "./run-place.ts";
import type { Runs } from "./runs.ts";
import { slotHash } from "./unit-extra.ts";

/** So many runs that end already are passed over, of those that hold a place and of those that wait. */
const lookedAtMax = 100;

export class RoomMaker {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  /** Runs that are being told to end, until what comes of it is known: each makes room for one other. */
  readonly #told = new Map<string, Promise<void>>();
  /** Runs whose start makes room for them. */
  readonly #coming = new Set<string>();

  constructor(ports: EnginePorts, runs: Runs) {
    this.#ports = ports;
    this.#runs = runs;
  }

  /**
   * For one that has just come: cancels the oldest run of `key` that is not at its end already, of those that hold a place, else
   * of those that came before `run` and wait, which then never begin. Does nothing when `run` waits for nothing.
   */
  async makeRoom(tenant: TenantId, definition: Definition, key: string, run: RunId): Promise<void> {
    const hash = slotHash(this.#ports.vault, tenant, definition.name, key);
    this.#coming.add(runPlace(tenant, run));
    try {
      if (!(await this.#waits(tenant, run))) return;
      const { holders, waiters } = await this.#ports.store.readSlot(tenant, hash, lookedAtMax);
      if (!(await this.#tellFirst(tenant, holders, run))) await this.#tellFirst(tenant, waiters, run);
    } catch {
      // The run is there and waits: `keepRoom` sees to the rest.
    } finally {
      this.#coming.delete(runPlace(tenant, run));
    }
  }

  /**
   * For one that waits: a process that died, a store that failed or another node may have kept a cancel from being written.
   * One more is cancelled while more wait, up to this one, than places are free or about to be. Rejects, to be tried again, until
   * that is so.
   */
  async keepRoom({ state, identity }: ActiveRun): Promise<void> {
    const { tenant, id, definition } = identity;
    const { concurrency } = definition.workflow;
    const slotKey = state?.created.slotKey;
    if (concurrency === null || slotKey === undefined) return;
    if (this.#coming.has(runPlace(tenant, id))) throw roomBeingMade();
    const hash = slotHash(this.#ports.vault, tenant, definition.name, slotKey);
    const { holders, waiters, held } = await this.#ports.store.readSlot(tenant, hash, lookedAtMax);
    const at = waiters.indexOf(id);
    // It begins just now. Of a long line not all need to be counted.
    if (at < 0 && waiters.length < lookedAtMax) return;
    const waiting = at < 0 ? waiters : waiters.slice(0, at + 1);
    const free = Math.max(0, concurrency.limit - held);
    const oldest = await this.#oldestGoingOn(tenant, holders, waiting.length - free);
    if (oldest === "enough") return;
    const victim =
      oldest ?? waiting.find((other) => other !== id && this.#runs.quarantined(tenant, other) === null);
    if (victim === undefined) return;
    try {
      await this.#tell(tenant, victim);
    } catch (error) {
      if (isLocked(error)) throw error;
      // It has ended meanwhile, or another node holds it: that is seen at the next look.
    }
    throw roomBeingMade();
  }

  /** `enough` when at least `needed` of the runs are ending; null when none goes on that can be told to end. */
  async #oldestGoingOn(
    tenant: TenantId,
    runs: readonly RunId[],
    needed: number,
  ): Promise<RunId | "enough" | null> {
    let [ending, oldest]: [number, RunId | null] = [0, null];
    for (const run of runs) {
      if (ending >= needed) break;
      // Whether it ends is seen at the next look: nobody else is cancelled for one that goes on.
      if (this.#told.has(runPlace(tenant, run))) throw roomBeingMade();
      const row = await this.#ports.store.readRun(tenant, run);
      const isReadable = row !== null && this.#runs.quarantined(tenant, run) === null;
      const state = isReadable ? await currentState(this.#ports, this.#runs, row) : null;
      if (row === null || (state !== null && isEnding(state))) ending++;
      else if (state !== null) oldest ??= run;
    }
    return ending >= needed ? "enough" : oldest;
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
    for (let at = 0; at < list.length; ) {
      const other = list[at] as RunId;
      if (other === run) return true;
      const place = runPlace(tenant, other);
      await this.#told.get(place);
      // A place may have become free for it meanwhile.
      if (!(await this.#waits(tenant, run))) return true;
      const state = await this.#stateOf(tenant, other);
      // Another start tells it just now: whether it ends is seen then.
      if (this.#told.has(place)) continue;
      if (state !== null && !isEnding(state)) {
        await this.#tell(tenant, other);
        return true;
      }
      at++;
    }
    return false;
  }

  async #tell(tenant: TenantId, run: RunId): Promise<void> {
    const place = runPlace(tenant, run);
    const sent = this.#runs.send(tenant, run, { type: "cancel", compensate: true });
    const over = () => void this.#told.delete(place);
    this.#told.set(place, sent.then(over, over));
    await sent;
  }
}

function isEnding({ ending, completing }: RunState): boolean {
  return ending !== null || completing;
}

function roomBeingMade(): DispatchedError {
  return runElsewhere("room is being made for the run");
}
