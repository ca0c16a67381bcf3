// The gate before one called host: lets calls through as its rule says, in turn between runs.

import { assert } from "../value/assert.ts";
import type { HostRule } from "./host-rule.ts";
import { RateWindow } from "./rate-window.ts";
import type { Timer, Timers } from "./timers.ts";

/** What a call came to, for the breaker; `none` for one that was given up. */
export type CallEnd = "answered" | "failed" | "none";

export type HeldBy = "rate" | "concurrency" | "breaker";

export interface Ticket {
  readonly run: string;
  readonly go: () => void;
  /** The gate has closed before the call came through. */
  readonly turnAway: () => void;
  state: "waiting" | "through" | "sent" | "over";
  /** Changes of the rule before it came through. */
  change: number;
  /** Openings of the breaker before it was sent. */
  opening: number;
  /** Where it counts. */
  window: RateWindow | null;
}

export interface GateStanding {
  readonly breaker: "closed" | "open" | "half_open";
  /** Of one that is open: when a call goes to see. */
  readonly opensUntil: number | null;
  /** Calls that wait here. */
  readonly waiting: number;
  /** Calls that the rate would let begin now; null without a rate. */
  readonly rateLeft: number | null;
}

/** No breaker is open for longer. */
const rememberedMs = 3_600_000;

export interface GateClock {
  readonly now: () => number;
  readonly timers: Timers;
}

/**
 * Each run has a queue, and the runs take turns: one with many items does not keep others waiting. Letting a call in and out
 * costs the same however many wait, and there is one timer at most.
 */
export class HostGate {
  #rule: HostRule;
  readonly #clock: GateClock;
  /** In the order of their turns. */
  readonly #queues = new Map<string, Set<Ticket>>();
  #window: RateWindow | null;
  #changes = 0;
  #waiting = 0;
  #underWay = 0;
  #failures = 0;
  #failedAt = 0;
  #openUntil: number | null = null;
  #openings = 0;
  /** The one call that goes through a breaker that was open. */
  #probe: Ticket | null = null;
  #timer: Timer | null = null;

  /**
   * Nobody knows what the engine before sent, and what became of it: calls begin evenly spaced at first, not all at once, and
   * where there is a breaker one call goes to see.
   * @param startedAt when that engine may still have sent; null for a rule that is new, by which calls count from now on
   */
  constructor(rule: HostRule, clock: GateClock, startedAt: number | null) {
    this.#rule = rule;
    this.#clock = clock;
    this.#window = rule.rate === null ? null : new RateWindow(rule.rate);
    if (rule.rate !== null && startedAt !== null)
      this.#window = RateWindow.evenlySpaced(rule.rate, startedAt);
    const mayHaveFailed = startedAt !== null && clock.now() < startedAt + rememberedMs;
    if (rule.breaker !== null && mayHaveFailed) this.#openUntil = startedAt;
  }

  /** Nothing is under way, nobody waits, and there is nothing to remember: failures that lie long back are not. */
  get isIdle(): boolean {
    const now = this.#clock.now();
    return (
      this.#underWay === 0 &&
      this.#queues.size === 0 &&
      (this.#failures === 0 || now >= this.#failedAt + rememberedMs) &&
      (this.#window?.isEmpty(now) ?? true)
    );
  }

  /** How it stands now. */
  get standing(): GateStanding {
    const now = this.#clock.now();
    const isOpen = this.#openUntil !== null && now < this.#openUntil;
    const breaker = this.#openUntil === null ? "closed" : isOpen ? "open" : "half_open";
    const rateLeft = this.#window?.left(now) ?? null;
    return { breaker, opensUntil: isOpen ? this.#openUntil : null, waiting: this.#waiting, rateLeft };
  }

  /**
   * From now on another rule holds. What waits goes by it; what came through and was not sent comes once more. What began
   * counts on, and the breaker is closed.
   */
  change(rule: HostRule): void {
    this.#rule = rule;
    this.#changes++;
    if (rule.rate === null) this.#window = null;
    else if (this.#window === null) this.#window = new RateWindow(rule.rate);
    else this.#window.change(rule.rate);
    this.#failures = 0;
    this.#openings++;
    this.#openUntil = null;
    this.#probe = null;
    this.#advance();
  }

  /** Calls `go` as soon as a call of `run` may begin, at once when it may now. */
  enter(run: string, go: () => void, turnAway: () => void): Ticket {
    const ticket: Ticket = { run, go, turnAway, state: "waiting", opening: 0, change: 0, window: null };
    this.#waiting++;
    const queue = this.#queues.get(run);
    if (queue === undefined) this.#queues.set(run, new Set([ticket]));
    else queue.add(ticket);
    this.#advance();
    return ticket;
  }

  /**
   * The call is sent at this moment: what is read before may take its time, and the rate is that of sending. False when it may
   * not be: the breaker has opened, or the rule was changed, since it came through.
   */
  begin(ticket: Ticket): boolean {
    if (!this.mayBegin(ticket)) return false;
    ticket.opening = this.#openings;
    ticket.state = "sent";
    ticket.window?.begin(this.#clock.now());
    this.#advance();
    return true;
  }

  /** What `begin` would give. */
  mayBegin(ticket: Ticket): boolean {
    return ticket.change === this.#changes && (this.#openUntil === null || ticket === this.#probe);
  }

  /** What was never sent says nothing of the host, however it ended. */
  leave(ticket: Ticket, end: CallEnd): void {
    const { state } = ticket;
    ticket.state = "over";
    if (state === "waiting") this.#remove(ticket);
    if (state === "waiting" || state === "over") return;
    this.#underWay--;
    if (state === "through") ticket.window?.giveUp();
    this.#judge(ticket, state === "sent" ? end : "none");
    this.#advance();
  }

  /** What holds the next call back now; null when nothing does. */
  get heldBy(): HeldBy | null {
    const now = this.#clock.now();
    if (this.#openUntil !== null && (now < this.#openUntil || this.#probe !== null)) return "breaker";
    if (this.#underWay >= (this.#rule.concurrency ?? Infinity)) return "concurrency";
    return (this.#window?.freeAt(now) ?? 0) > now ? "rate" : null;
  }

  close(): void {
    if (this.#timer !== null) this.#clock.timers.cancel(this.#timer);
    const waiting = [...this.#queues.values()].flatMap((queue) => [...queue]);
    this.#queues.clear();
    this.#waiting = 0;
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
    this.#waiting--;
    return ticket;
  }

  #letThrough(ticket: Ticket): void {
    ticket.state = "through";
    this.#underWay++;
    ticket.change = this.#changes;
    if (this.#openUntil !== null) this.#probe = ticket;
    ticket.window = this.#window;
    ticket.window?.come();
    ticket.go();
  }

  #remove(ticket: Ticket): void {
    const queue = this.#queues.get(ticket.run);
    if (queue?.delete(ticket) === true) this.#waiting--;
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
    this.#failedAt = this.#clock.now();
    if (!probes && this.#failures < breaker.failures) return;
    this.#openings++;
    this.#openUntil = this.#clock.now() + breaker.openMs;
  }

  /** A place becomes free when a call ends; for the others a time is known. */
  #wakeFor(held: HeldBy): void {
    const at =
      held === "rate"
        ? (this.#window?.freeAt(this.#clock.now()) ?? 0)
        : held === "breaker"
          ? (this.#openUntil ?? 0)
          : null;
    if (at === null || at === Infinity || (held === "breaker" && this.#probe !== null)) return;
    if (this.#timer !== null && this.#timer.fire !== null) {
      if (this.#timer.at === at) return;
      this.#clock.timers.cancel(this.#timer);
    }
    this.#timer = this.#clock.timers.set(at, () => this.#advance());
  }
}
