// Engines that go on with what was ended: a workflow that was deleted, an action that was aborted.

import type { Mutant } from "./mutant.ts";

export const steeredMutants: readonly Mutant[] = [
  {
    name: "deletion-answered-before-it-is-stored",
    file: "src/engine/definitions.ts",
    patches: [["const deleted = await this.#audit.with(", "const deleted: unknown = void this.#audit.with("]],
  },
  {
    name: "deletion-takes-what-nobody-saw",
    file: "src/engine/definitions.ts",
    patches: [["precondition?.(definitionTag(row)) === false", "precondition === null"]],
  },
  {
    name: "deletion-looks-only-before",
    file: "src/engine/definitions.ts",
    patches: [["precondition === undefined ? undefined : version;", "undefined;"]],
  },
  {
    name: "aborted-bulk-goes-on",
    file: "src/engine/bulks.ts",
    patches: [
      ["if (work.aborted || isOff()) return null;", "if (isOff()) return null;"],
      [
        'if (row === null || row.state !== "running" || this.#stopped) return false;',
        "if (row === null || this.#stopped) return false;",
      ],
    ],
  },
];
