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

function underEnded(kind: string, file: string): Mutant {
  return {
    name: `${kind}-under-ended-key`,
    file: `src/store/memory/${file}.ts`,
    patches: [['if (!takesKey(this.#tables, row.tenant, row.key)) return "stale_key";', ""]],
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
  {
    name: "birth-not-wrapped-anew",
    file: engine("journal.ts"),
    patches: [["tries === triesMax) return queued", "tries === 0) return queued"]],
  },
  {
    name: "item-not-sealed-again",
    file: engine("inbox.ts"),
    patches: [
      [
        "await followKey(this.#host.ports, tenant);\n    }\n    throw keyRotated();",
        "break;\n    }\n    throw keyRotated();",
      ],
    ],
  },
  skipping("hook"),
  skipping("grant"),
  skipping("inbox"),
  skipping("audit"),
  {
    name: "secret-under-ended-key",
    file: "src/store/memory/memory-store.ts",
    patches: [["if (!takesKey(this.tables, row.tenant, row.key)) return false;", ""]],
  },
  {
    name: "event-under-ended-key",
    file: "src/store/memory/memory-store.ts",
    patches: [
      [
        "isCurrent(this.tables, live) && takesKey(this.tables, tenant, key);",
        "isCurrent(this.tables, live) || key.length < 0;",
      ],
    ],
  },
  {
    name: "definition-under-ended-key",
    file: "src/store/memory/memory-store.ts",
    patches: [['if (!keys.every((key) => takesKey(this.tables, row.tenant, key))) return "stale_key";', ""]],
  },
  underEnded("hook", "hooks"),
  underEnded("grant", "grants"),
  underEnded("delivery", "memory-deliveries"),
];
