// Engines that keep runs where they cannot go on.

import type { Mutant } from "./mutant.ts";

export const heldMutants: readonly Mutant[] = [
  {
    name: "ended-run-kept-by-the-dead",
    file: "src/store/memory/leases.ts",
    patches: [["tables.runs.set(key, { ...record, owner: 0 });\n    tables.open.delete(key);", ""]],
  },
];
