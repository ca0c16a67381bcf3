// The calls of the last while, as the rate of a host counts them: those that began, and those that are about to.

import type { HostRule } from "./host-rule.ts";

export type Rate = NonNullable<HostRule["rate"]>;

/** As if `rate.calls` had begun evenly spaced until then. They are not kept one by one: many hosts may have many. */
interface Even {
  readonly rate: Rate;
  readonly until: number;
}

export class RateWindow {
  #rate: Rate;
  readonly #even: Even | null;
  /** Those before count no more. */
  #evenFirst = 0;
  /** When calls began, in order; those before `#first` count no more. */
  #begun: number[] = [];
  #first = 0;
  #coming = 0;

  constructor(rate: Rate, even: Even | null = null) {
    this.#rate = rate;
    this.#even = even;
  }

  /** As if calls had come evenly spaced until `at`: nobody knows what was sent before. */
  static evenlySpaced(rate: Rate, at: number): RateWindow {
    return new RateWindow(rate, { rate, until: at });
  }

  /** What began still counts; so does what comes. */
  change(rate: Rate): void {
    this.#rate = rate;
  }

  come(): void {
    this.#coming++;
  }

  /** One that came is sent now. */
  begin(now: number): void {
    this.#coming--;
    this.#begun.push(now);
  }

  /** One that came is not sent. */
  giveUp(): void {
    this.#coming--;
  }

  /** Whether anything counts. */
  isEmpty(now: number): boolean {
    return this.left(now) === this.#rate.calls;
  }

  /** How many more may begin now. */
  left(now: number): number {
    this.#forget(now);
    return Math.max(0, this.#rate.calls - this.#coming - this.#counting);
  }

  /** When the next may begin: 0 for now, `Infinity` as long as those that are about to have not begun. */
  freeAt(now: number): number {
    if (this.left(now) > 0) return 0;
    const last = this.#timeOf(this.#coming + this.#counting - this.#rate.calls);
    return last === undefined ? Infinity : last + this.#rate.perMs;
  }

  get #evenLeft(): number {
    return this.#even === null ? 0 : this.#even.rate.calls - this.#evenFirst;
  }

  get #counting(): number {
    return this.#evenLeft + this.#begun.length - this.#first;
  }

  /** When the call at a place among those that count began, the oldest first; undefined behind the last. */
  #timeOf(place: number): number | undefined {
    const behind = place - this.#evenLeft;
    if (this.#even === null || behind >= 0) return this.#begun[this.#first + behind];
    const { rate, until } = this.#even;
    return Math.ceil(until - rate.perMs + ((this.#evenFirst + place + 1) * rate.perMs) / rate.calls);
  }

  #forget(now: number): void {
    for (;;) {
      const oldest = this.#timeOf(0);
      if (oldest === undefined || oldest + this.#rate.perMs > now) break;
      if (this.#evenLeft > 0) this.#evenFirst++;
      else this.#first++;
    }
    if (this.#first * 2 <= this.#begun.length) return;
    this.#begun = this.#begun.slice(this.#first);
    this.#first = 0;
  }
}
