// Engines that do not spare the hosts that they call.

import type { Mutant } from "./mutant.ts";

const file = "src/engine/host-gate.ts";

export const hostMutants: readonly Mutant[] = [
  {
    name: "one-call-too-many-at-once",
    file,
    patches: [["this.#underWay >= (this.#rule", "this.#underWay > (this.#rule"]],
  },
  {
    name: "rate-of-asking-not-of-sending",
    file,
    patches: [
      ["begunAt: null, state", "begunAt: this.#clock.now(), state"],
      ["    ticket.begunAt = this.#clock.now();\n    this.#advance();\n", ""],
    ],
  },
  {
    name: "half-open-lets-all-through",
    file,
    patches: [
      ["if (this.#openUntil !== null) this.#probe = ticket;", ""],
      ["this.#openUntil !== null && ticket !== this.#probe", "this.#clock.now() < (this.#openUntil ?? 0)"],
    ],
  },
  {
    name: "breaker-opens-one-failure-late",
    file,
    patches: [["this.#failures < breaker.failures", "this.#failures <= breaker.failures"]],
  },
];
