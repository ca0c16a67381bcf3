// The gates before all called hosts for which the operator has a rule.

import type { Clock } from "../ports/clock.ts";
import type { AttemptOutcome } from "../run/command.ts";
import type { CallEffect } from "../run/effect.ts";
import type { ActiveRun } from "./active-run.ts";
import { type CalledHost, calledHost, isAllowed } from "./allowed-hosts.ts";
import { callOf } from "./call-of.ts";
import { type CallEnd, type GateClock, type HeldBy, HostGate } from "./host-gate.ts";
import { type HostRule, keyOf } from "./host-rule.ts";
import { type CallUnderWay, performCall } from "./perform-call.ts";
import type { RunHost } from "./run-host.ts";
import type { Secrets } from "./secrets.ts";
import type { Timers } from "./timers.ts";

type Done = (outcome: AttemptOutcome | "locked") => void;

interface AskedCall {
  readonly run: ActiveRun;
  readonly effect: CallEffect;
  readonly done: Done;
}

/** Beyond so many, gates that have nothing to remember are forgotten. */
const gatesMax = 1_000;

export interface Held {
  readonly host: string;
  readonly by: HeldBy;
}

export class HostGates {
  readonly #rules: readonly HostRule[];
  readonly #clock: GateClock;
  readonly #gates = new Map<string, HostGate>();
  readonly #startedAt: number;

  constructor(rules: readonly HostRule[], clock: Clock, timers: Timers) {
    this.#rules = rules;
    this.#clock = { now: () => clock.now(), timers };
    this.#startedAt = clock.now();
  }

  /**
   * Makes the call of `run` as soon as the rule of its host lets it; and the run is woken to send it. A host that is a secret
   * has no rule.
   */
  perform(host: RunHost, secrets: Secrets, { run, effect, done }: AskedCall): CallUnderWay {
    const send = (end: Done, sending: () => boolean) =>
      performCall(host.ports, secrets, { ...callOf(host, run, effect), done: end, sending });
    const called = this.#rules.length === 0 ? null : hostOf(effect);
    const rule = called === null ? undefined : this.#rules.find((one) => isAllowed([one.host], called));
    if (called === null || rule === undefined) return send(done, () => true);
    const gate = this.#gateOf(called, rule);
    const since = this.#clock.now();
    let call: CallUnderWay | null = null;
    let heldBack = false;
    // What an append under way decides may drop the call: it begins when the run rests, as any other.
    const through = () => void Promise.resolve().then(() => run.wake());
    const enter = () => gate.enter(run.identity.id, through, () => done("locked"));
    let ticket = enter();
    const begin = () => {
      heldBack = !gate.begin(ticket);
      return !heldBack;
    };
    const end = (heldMs: number) => (outcome: AttemptOutcome | "locked") => {
      gate.leave(ticket, endOf(outcome));
      if (!heldBack || !host.maySend()) {
        done(outcome === "locked" || heldMs === 0 ? outcome : { ...outcome, heldMs });
        return;
      }
      heldBack = false;
      call = null;
      ticket = enter();
    };
    return {
      proceed: () => {
        if (ticket.state !== "through" || call !== null) return;
        if (host.maySend()) call = send(end(Math.max(0, this.#clock.now() - since)), begin);
        else {
          gate.leave(ticket, "none");
          done("locked");
        }
      },
      abort() {
        gate.leave(ticket, "none");
        call?.abort();
      },
      held: () => {
        const by = ticket.state === "waiting" ? gate.heldBy : null;
        return by === null ? null : { host: called.host, by };
      },
    };
  }

  /** Nothing more comes through: calls that wait go back, unsent, as if a secret of theirs were locked. */
  close(): void {
    for (const gate of this.#gates.values()) gate.close();
  }

  #gateOf(called: CalledHost, rule: HostRule): HostGate {
    const key = keyOf(called);
    const known = this.#gates.get(key);
    if (known !== undefined) return known;
    if (this.#gates.size >= gatesMax) this.#forget();
    const gate = new HostGate(rule, this.#clock, this.#startedAt);
    this.#gates.set(key, gate);
    return gate;
  }

  #forget(): void {
    for (const [key, gate] of this.#gates) if (gate.isIdle) this.#gates.delete(key);
  }
}

/** Of the address as it is recorded: what a secret stands for is no host. */
function hostOf({ request: { url } }: CallEffect): CalledHost | null {
  const text =
    typeof url === "string" ? url : url.map((part) => (typeof part === "string" ? part : "\0")).join("");
  return calledHost(text);
}

/** A host that does not answer, or only that it cannot, is left alone; any other answer shows that it works. */
function endOf(outcome: AttemptOutcome | "locked"): CallEnd {
  if (outcome === "locked") return "none";
  if (outcome.type === "answer") return outcome.answer.status >= 500 ? "failed" : "answered";
  if (outcome.reason === "network" || outcome.reason === "timeout") return "failed";
  return outcome.sent ? "answered" : "none";
}
