// The effects of one run that are under way here: calls on the wire, calls that wait for their time, one wake-up.

import type { AttemptOutcome } from "../run/command.ts";
import type { CallEffect, Effect } from "../run/effect.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Held } from "./host-gates.ts";
import { lockedRetryMs } from "./is-locked.ts";
import type { CallUnderWay } from "./perform-call.ts";
import type { RunHost } from "./run-host.ts";
import type { Timer } from "./timers.ts";

type CallState =
  /** `locked`: it was to be sent, and what it needs could not be opened. */
  | { readonly type: "armed"; readonly timer: Timer; readonly locked: boolean }
  | { readonly type: "sent"; readonly effect: CallEffect; readonly call: CallUnderWay }
  /** Its end is in the mailbox: it stays outstanding until that is durable, and must not be sent again meanwhile. */
  | { readonly type: "over" };

/** Of a call that a host's rule held back while its run came to end. */
const withdrawn: AttemptOutcome = {
  type: "failure",
  reason: "blocked",
  code: "call_withdrawn",
  message: "the run was ending before the rules of the host let the call go",
  sent: false,
  status: null,
};

/** A run that stays as it is though it was woken is not woken again at once: nothing may spin. */
const standsMs = 1_000;

export class RunEffects {
  readonly #host: RunHost;
  readonly #run: ActiveRun;
  readonly #calls = new Map<string, CallState>();
  #wake: Timer | null = null;
  /** Seq of the state that was woken last. */
  #wokenSeq = -1;
  #sent = 0;

  constructor(host: RunHost, run: ActiveRun) {
    this.#host = host;
    this.#run = run;
  }

  get callsUnderWay(): number {
    return this.#sent;
  }

  isLocked(id: string): boolean {
    const state = this.#calls.get(id);
    return state?.type === "armed" && state.locked;
  }

  /** Calls that a host's rule holds back, by the number of their step. */
  get held(): ReadonlyMap<number, Held> {
    const held = new Map<number, Held>();
    for (const state of this.#calls.values()) {
      const found = state.type === "sent" ? (state.call.held?.() ?? null) : null;
      if (state.type === "sent" && found !== null) held.set(state.effect.step, found);
    }
    return held;
  }

  /** Starts what is in `effects` and not under way, and drops what is under way and no longer there. */
  release(effects: readonly Effect[]): void {
    const now = this.#host.ports.clock.now();
    let wakeAt: number | null = null;
    let calls = 0;
    for (const effect of effects) {
      if (effect.type === "wake") {
        wakeAt = effect.at;
      } else if (effect.type === "call") {
        calls++;
        this.#begin(effect, now);
      }
    }
    this.#setWake(wakeAt);
    if (this.#calls.size > calls) this.#dropOthers(effects);
    const isEnding = (this.#run.state?.ending ?? null) !== null;
    for (const state of this.#calls.values()) {
      if (state.type !== "sent") continue;
      // What undoes is sent, however long that takes.
      if (isEnding && !state.effect.undo && state.call.withdraw?.() === true)
        this.#end(state.effect, withdrawn);
      else state.call.proceed?.();
    }
  }

  dropAll(): void {
    for (const state of this.#calls.values()) this.#drop(state);
    this.#calls.clear();
    this.#setWake(null);
  }

  #begin(effect: CallEffect, now: number): void {
    const state = this.#calls.get(effect.id);
    if (state !== undefined && state.type !== "armed") return;
    if (effect.notBefore > now) {
      if (state === undefined) this.#arm(effect.id, effect.notBefore);
      return;
    }
    // The run is woken for other calls meanwhile: what is locked is tried at its time, and nothing may spin.
    if (state?.locked === true && state.timer.at > now) return;
    if (state !== undefined) this.#host.timers.cancel(state.timer);
    if (this.#host.maySend()) this.#send(effect);
    else this.#calls.delete(effect.id);
  }

  #arm(id: string, at: number, locked = false): void {
    const timer = this.#host.timers.set(at, () => this.#run.wake());
    this.#calls.set(id, { type: "armed", timer, locked });
  }

  #send(effect: CallEffect): void {
    const call = this.#host.perform(this.#run, effect, (outcome) => this.#end(effect, outcome));
    this.#calls.set(effect.id, { type: "sent", effect, call });
    this.#sent++;
  }

  #end(effect: CallEffect, outcome: AttemptOutcome | "locked"): void {
    const { id, step, item, attempt, poll } = effect;
    if (this.#calls.get(id)?.type !== "sent") return;
    this.#sent--;
    if (outcome === "locked") {
      this.#arm(id, this.#host.ports.clock.now() + lockedRetryMs, true);
      this.#run.mayRest();
      return;
    }
    this.#calls.set(id, { type: "over" });
    const type = effect.undo ? "end_undo" : "end_attempt";
    this.#run.post({ type, step, item, attempt, poll, outcome }, null);
  }

  #dropOthers(effects: readonly Effect[]): void {
    const wanted = new Set(effects.map((effect) => effect.id));
    for (const [id, state] of this.#calls) {
      if (wanted.has(id)) continue;
      this.#calls.delete(id);
      this.#drop(state);
    }
  }

  #drop(state: CallState): void {
    if (state.type === "armed") {
      this.#host.timers.cancel(state.timer);
    } else if (state.type === "sent") {
      this.#sent--;
      state.call.abort();
    }
  }

  #setWake(wanted: number | null): void {
    const now = this.#host.ports.clock.now();
    const seq = this.#run.state?.seq ?? 0;
    const stands = wanted !== null && wanted <= now && seq === this.#wokenSeq;
    if (stands && this.#wake !== null && this.#wake.fire !== null) return;
    const at = stands ? now + standsMs : wanted;
    if (this.#wake !== null) {
      if (this.#wake.at === at && this.#wake.fire !== null) return;
      this.#host.timers.cancel(this.#wake);
      this.#wake = null;
    }
    if (at === null) return;
    this.#wake = this.#host.timers.set(at, () => {
      this.#wokenSeq = seq;
      this.#run.post({ type: "tick" }, null);
    });
  }
}
