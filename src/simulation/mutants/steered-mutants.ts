// Engines that go on with what was ended: a workflow that was deleted, an action that was aborted.

import type { Mutant } from "./mutant.ts";

export const steeredMutants: readonly Mutant[] = [
  {
    name: "deletion-answered-before-it-is-stored",
    file: "src/engine/definitions.ts",
    patches: [
      [
        "await this.#audit.with(tenant, draft, (append) => store.deleteDefinition(",
        "void this.#audit.with(tenant, draft, (append) => store.deleteDefinition(",
      ],
    ],
  },
  {
    name: "aborted-bulk-goes-on",
    file: "src/engine/bulks.ts",
    patches: [
      ["if (work.aborted || this.#stopped ||", "if (this.#stopped ||"],
      [
        'if (row === null || row.state !== "running" || this.#stopped) return false;',
        "if (row === null || this.#stopped) return false;",
      ],
    ],
  },
];
