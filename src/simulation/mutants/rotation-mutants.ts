// Rotations that leave something behind.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;

function skipping(kind: string): Mutant {
  return {
    name: `rotation-skips-${kind}`,
    file: engine("rotate-page.ts"),
    patches: [
      [
        "const changes = rows.flatMap(",
        `const changes = rows.filter((row) => row.kind !== "${kind}").flatMap(`,
      ],
    ],
  };
}

export const rotationMutants: readonly Mutant[] = [
  {
    name: "rotation-skips-record",
    file: engine("rotate-page.ts"),
    patches: [["const changes = rows.flatMap(", "const changes = rows.slice(1).flatMap("]],
  },
  {
    name: "rotation-forgets-cursor",
    file: engine("rotate-page.ts"),
    patches: [
      [
        "preparePage(ports, rotation, rotation.cursor, pageMax)",
        "preparePage(ports, rotation, null, pageMax)",
      ],
    ],
  },
  skipping("hook"),
  skipping("grant"),
  skipping("inbox"),
  skipping("audit"),
];
