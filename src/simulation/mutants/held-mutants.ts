// Engines that keep runs where they cannot go on.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;

export const heldMutants: readonly Mutant[] = [
  {
    name: "locked-run-kept-in-memory",
    file: engine("propose.ts"),
    patches: [["const mayGo = attended &&", "const mayGo = now < 0 && attended &&"]],
  },
];
