// Engines whose audit log leaves something out, or tells something twice.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;

export const auditMutants: readonly Mutant[] = [
  {
    name: "audit-entry-skipped",
    file: engine("secrets.ts"),
    patches: [["(append) => store.putSecret(row, append)", "() => store.putSecret(row)"]],
  },
  {
    name: "audit-entry-twice",
    file: engine("audit.ts"),
    patches: [["if (pending.tried !== null && (await this.#stands(pending.tried))) return;", ""]],
  },
  {
    name: "audit-entry-beside-its-write",
    file: engine("definitions.ts"),
    patches: [
      [
        "store.putDefinition(row, triggers, append, expected ?? undefined)",
        "store.audit.append(tenant, append).then(() => store.putDefinition(row, triggers, undefined, expected ?? undefined))",
      ],
    ],
  },
  {
    name: "audit-append-not-compared",
    file: "src/store/memory/memory-audit.ts",
    patches: [["return append.after.seq === seq && hex", "return append.after.seq <= seq || hex"]],
  },
  {
    name: "engine-opening-not-recorded",
    file: engine("run-keys.ts"),
    patches: [["row.live !== null) await this.#opens", "row.live === null) await this.#opens"]],
  },
  {
    name: "engine-opening-recorded-again",
    file: engine("engine-opens.ts"),
    patches: [["if (opens.recorded.has(id)) return;", ""]],
  },
];
