// The calls of the last while, as the rate of a host counts them: those that began, and those that are about to.

import type { HostRule } from "./host-rule.ts";

export type Rate = NonNullable<HostRule["rate"]>;

export class RateWindow {
  #rate: Rate;
  /** When calls began, in order; those before `#first` count no more. */
  #begun: number[];
  #first = 0;
  #coming = 0;

  /** @param begun what began before, in order */
  constructor(rate: Rate, begun: readonly number[] = []) {
    this.#rate = rate;
    this.#begun = [...begun];
  }

  /** As if calls had come evenly spaced until `at`: nobody knows what was sent before. */
  static evenlySpaced(rate: Rate, at: number): RateWindow {
    const { calls, perMs } = rate;
    const begun = Array.from({ length: calls }, (_, index) => at - perMs + ((index + 1) * perMs) / calls);
    return new RateWindow(rate, begun.map(Math.ceil));
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
    return Math.max(0, this.#rate.calls - this.#coming - (this.#begun.length - this.#first));
  }

  /** When the next may begin: 0 for now, `Infinity` as long as those that are about to have not begun. */
  freeAt(now: number): number {
    if (this.left(now) > 0) return 0;
    const over = this.#coming + this.#begun.length - this.#first - this.#rate.calls;
    const last = this.#begun[this.#first + over];
    return last === undefined ? Infinity : last + this.#rate.perMs;
  }

  #forget(now: number): void {
    for (;;) {
      const oldest = this.#begun[this.#first];
      if (oldest === undefined || oldest + this.#rate.perMs > now) break;
      this.#first++;
    }
    if (this.#first * 2 <= this.#begun.length) return;
    this.#begun = this.#begun.slice(this.#first);
    this.#first = 0;
  }
}
