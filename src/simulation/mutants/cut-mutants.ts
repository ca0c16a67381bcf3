// Engines that take half of a surrogate pair for the character that replaces what is no text.

import type { Mutant } from "./mutant.ts";

export const cutMutants: readonly Mutant[] = [
  {
    name: "label-found-by-its-replacement",
    file: "src/engine/run-log.ts",
    patches: [
      [
        '  return vault.hash(tenant, "label", ',
        '  value = value.toWellFormed();\n  return vault.hash(tenant, "label", ',
      ],
    ],
  },
  {
    name: "subject-met-by-its-replacement",
    file: "src/engine/unit-extra.ts",
    patches: [
      [
        '  return vault.hash(tenant, "topic", ',
        '  subject = subject?.toWellFormed() ?? null;\n  return vault.hash(tenant, "topic", ',
      ],
    ],
  },
];
