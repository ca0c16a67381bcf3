// Engines that hold on to what they need no more, or let go of what they need.

import type { Mutant } from "./mutant.ts";

export const holdingMutants: readonly Mutant[] = [
  {
    name: "never-leaves-memory",
    file: "src/engine/propose.ts",
    patches: [
      ["const held = dueAt !== null && dueAt <= heldUntil;", "const held = dueAt !== null && heldUntil > 0;"],
    ],
  },
  {
    name: "stays-after-a-look",
    file: "src/engine/active-run.ts",
    patches: [["      this.#rest(effects);", ""]],
  },
  {
    name: "losers-of-a-race-go-on",
    file: "src/engine/run-effects.ts",
    patches: [["state.call.abort();", ";"]],
  },
  {
    name: "stop-cuts-calls",
    file: "src/engine/runs.ts",
    patches: [["this.ports.clock.now() + this.options.drainMs;", "0;"]],
  },
];
