// The gate before one called host: lets calls through as its rule says, in turn between runs.

import { assert } from "../value/assert.ts";
import type { HostRule } from "./host-rule.ts";
import type { Timer, Timers } from "./timers.ts";

/** What a call came to, for the breaker; `none` for one that was given up. */
export type CallEnd = "answered" | "failed" | "none";

export type HeldBy = "rate" | "concurrency" | "breaker";

/** A call that began, or is about to. */
interface Begun {
  /** When it was sent; null while it has not been. */
  begunAt: number | null;
}

export interface Ticket extends Begun {
  readonly run: string;
  readonly go: () => void;
  /** The gate has closed before the call came through. */
  readonly turnAway: () => void;
  state: "waiting" | "through" | "over";
  /** Openings of the breaker before it was sent. */
  opening: number;
}

export interface GateClock {
  readonly now: () => number;
  readonly timers: Timers;
}

/**
 * Each run has a queue, and the runs take turns: one with many items does not keep others waiting. Letting a call in and out
 * costs the same however many wait, and there is one timer at most.
 */
export class HostGate {
  readonly #rule: HostRule;
  readonly #clock: GateClock;
  /** In the order of their turns. */
  readonly #queues = new Map<string, Set<Ticket>>();
  /** When the latest calls began, as many as the rate has; the oldest is at `#oldest`. */
  readonly #begun: Begun[];
  #oldest = 0;
  #underWay = 0;
  #failures = 0;
  #openUntil: number | null = null;
  #openings = 0;
  /** The one call that goes through a breaker that was open. */
  #probe: Ticket | null = null;
  #timer: Timer | null = null;

  /** Nobody knows what the engine before sent: calls begin evenly spaced at first, not all at once. */
  constructor(rule: HostRule, clock: GateClock, startedAt: number) {
    this.#rule = rule;
    this.#clock = clock;
    const { calls, perMs } = rule.rate ?? { calls: 0, perMs: 0 };
    this.#begun = Array.from({ length: calls }, (_, index) => ({
      begunAt: Math.ceil(startedAt - perMs + ((index + 1) * perMs) / calls),
    }));
  }

  /** Nothing is under way, nobody waits, and there is nothing to remember. */
  get isIdle(): boolean {
    const { rate } = this.#rule;
    const latest = this.#begun.at(this.#oldest - 1)?.begunAt ?? 0;
    return (
      this.#underWay === 0 &&
      this.#queues.size === 0 &&
      this.#failures === 0 &&
      (rate === null || this.#clock.now() >= latest + rate.perMs)
    );
  }

  /** Calls `go` as soon as a call of `run` may begin, at once when it may now. */
  enter(run: string, go: () => void, turnAway: () => void): Ticket {
    const ticket: Ticket = { run, go, turnAway, begunAt: null, state: "waiting", opening: 0 };
    const queue = this.#queues.get(run);
    if (queue === undefined) this.#queues.set(run, new Set([ticket]));
    else queue.add(ticket);
    this.#advance();
    return ticket;
  }

  /**
   * The call is sent at this moment: what is read before may take its time, and the rate is that of sending. False when it may
   * not be: the breaker has opened since it came through.
   */
  begin(ticket: Ticket): boolean {
    if (this.#openUntil !== null && ticket !== this.#probe) return false;
    ticket.opening = this.#openings;
    ticket.begunAt = this.#clock.now();
    this.#advance();
    return true;
  }

  /** What was never sent says nothing of the host, however it ended. */
  leave(ticket: Ticket, end: CallEnd): void {
    const { state, begunAt } = ticket;
    ticket.state = "over";
    if (state === "waiting") this.#remove(ticket);
    if (state !== "through") return;
    this.#underWay--;
    ticket.begunAt ??= this.#clock.now();
    this.#judge(ticket, begunAt === null ? "none" : end);
    this.#advance();
  }

  /** What holds the next call back now; null when nothing does. */
  get heldBy(): HeldBy | null {
    const now = this.#clock.now();
    if (this.#openUntil !== null && (now < this.#openUntil || this.#probe !== null)) return "breaker";
    if (this.#underWay >= (this.#rule.concurrency ?? Infinity)) return "concurrency";
    return this.#rateFreeAt() > now ? "rate" : null;
  }

  close(): void {
    if (this.#timer !== null) this.#clock.timers.cancel(this.#timer);
    const waiting = [...this.#queues.values()].flatMap((queue) => [...queue]);
    this.#queues.clear();
    for (const ticket of waiting) {
      ticket.state = "over";
      ticket.turnAway();
    }
  }

  #advance(): void {
    for (let held = this.heldBy; this.#queues.size > 0; held = this.heldBy) {
      if (held !== null) {
        this.#wakeFor(held);
        return;
      }
      this.#letThrough(this.#next());
    }
  }

  #next(): Ticket {
    const [[run, queue]] = this.#queues as Iterable<[string, Set<Ticket>]> as [[string, Set<Ticket>]];
    const [ticket] = queue;
    assert(ticket !== undefined, "a queue that is kept has somebody in it");
    queue.delete(ticket);
    this.#queues.delete(run);
    if (queue.size > 0) this.#queues.set(run, queue);
    return ticket;
  }

  #letThrough(ticket: Ticket): void {
    ticket.state = "through";
    this.#underWay++;
    if (this.#openUntil !== null) this.#probe = ticket;
    if (this.#begun.length > 0) {
      this.#begun[this.#oldest] = ticket;
      this.#oldest = (this.#oldest + 1) % this.#begun.length;
    }
    ticket.go();
  }

  #remove(ticket: Ticket): void {
    const queue = this.#queues.get(ticket.run);
    queue?.delete(ticket);
    if (queue?.size === 0) this.#queues.delete(ticket.run);
  }

  /** Calls that began before the breaker opened say nothing of the host as it is now. */
  #judge(ticket: Ticket, end: CallEnd): void {
    const { breaker } = this.#rule;
    if (breaker === null) return;
    const probes = ticket === this.#probe;
    if (probes) this.#probe = null;
    if (end === "none" || ticket.opening !== this.#openings) return;
    if (end === "answered") {
      this.#failures = 0;
      this.#openUntil = null;
      return;
    }
    this.#failures++;
    if (!probes && this.#failures < breaker.failures) return;
    this.#openings++;
    this.#openUntil = this.#clock.now() + breaker.openMs;
  }

  #rateFreeAt(): number {
    const { rate } = this.#rule;
    if (rate === null) return 0;
    const begunAt = this.#begun[this.#oldest]?.begunAt ?? null;
    return begunAt === null ? Infinity : begunAt + rate.perMs;
  }

  /** A place becomes free when a call ends; for the others a time is known. */
  #wakeFor(held: HeldBy): void {
    const at = held === "rate" ? this.#rateFreeAt() : held === "breaker" ? (this.#openUntil ?? 0) : null;
    if (at === null || at === Infinity || (held === "breaker" && this.#probe !== null)) return;
    if (this.#timer !== null && this.#timer.fire !== null) {
      if (this.#timer.at === at) return;
      this.#clock.timers.cancel(this.#timer);
    }
    this.#timer = this.#clock.timers.set(at, () => this.#advance());
  }
}
