// The way of one request through all the gates that stand before its host, one after the other.

import { assert } from "../value/assert.ts";
import type { CallEnd, HeldBy, HostGate, Ticket } from "./host-gate.ts";

export class Passage {
  readonly #gates: readonly HostGate[];
  readonly #tickets: Ticket[] = [];
  readonly #run: string;
  readonly #through: () => void;
  readonly #turnAway: () => void;
  #isThrough = false;

  /** Calls `through` when it is through all, at once when nothing holds it back. */
  constructor(gates: readonly HostGate[], run: string, through: () => void, turnAway: () => void) {
    this.#gates = gates;
    this.#run = run;
    this.#through = through;
    this.#turnAway = turnAway;
    this.#enter(0);
  }

  get isThrough(): boolean {
    return this.#isThrough;
  }

  has(gate: HostGate): boolean {
    return this.#gates.includes(gate);
  }

  /** What it waits for; null when it is through. */
  get heldBy(): HeldBy | null {
    const at = this.#tickets.findIndex(({ state }) => state === "waiting");
    return this.#gates[at]?.heldBy ?? null;
  }

  /** The request is sent at this moment. False, with nothing changed, when a gate has closed or changed meanwhile. */
  begin(): boolean {
    const pairs = this.#gates.map((gate, index) => {
      const ticket = this.#tickets[index];
      assert(ticket !== undefined, "what is sent went through every gate");
      return { gate, ticket };
    });
    if (!pairs.every(({ gate, ticket }) => gate.mayBegin(ticket))) return false;
    for (const { gate, ticket } of pairs) gate.begin(ticket);
    return true;
  }

  leave(end: CallEnd): void {
    this.#gates.forEach((gate, index) => {
      const ticket = this.#tickets[index];
      if (ticket !== undefined) gate.leave(ticket, end);
    });
  }

  #enter(index: number): void {
    const gate = this.#gates[index];
    if (gate === undefined) {
      this.#isThrough = true;
      this.#through();
      return;
    }
    this.#tickets[index] = gate.enter(this.#run, () => this.#enter(index + 1), this.#turnAway);
  }
}
