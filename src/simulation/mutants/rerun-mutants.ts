// Engines that break a promise about runs that go again with items, another version or another input.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;

export const rerunMutants: readonly Mutant[] = [
  {
    name: "what-another-run-undid-carried",
    file: engine("going-again.ts"),
    patches: [["const state = holders.state();", "const { state } = ended;"]],
  },
  {
    name: "what-another-run-may-undo-carried",
    file: engine("going-again.ts"),
    patches: [["if (made === null) holders.check", "if (made === 0) holders.check"]],
  },
  {
    name: "what-a-rerun-stands-on-undone",
    file: engine("going-again.ts"),
    patches: [["if (inUse !== null) {", 'if (inUse?.run === "") {']],
  },
  {
    name: "bulk-reruns-made-twice",
    file: engine("bulks.ts"),
    patches: [
      [
        "this.#goingAgain.rerun(tenant, run, request, startKey)",
        "this.#goingAgain.rerun(tenant, run, request)",
      ],
    ],
  },
  {
    name: "bulk-of-one-run-too-few",
    file: engine("bulks.ts"),
    patches: [
      ["return [...new Set(runs)].sort().reverse();", "return [...new Set(runs)].sort().slice(0, 2);"],
    ],
  },
  {
    name: "bulk-begun-again-by-its-key",
    file: engine("bulks.ts"),
    patches: [["{ tenant, id, action, createdAt, by },", "{ tenant, id, action, createdAt, by: null },"]],
  },
  {
    name: "bulk-forgotten-with-its-node",
    file: engine("bulks.ts"),
    patches: [["      for (const row of rows) void this.#work(row);\n", ""]],
  },
  {
    name: "chosen-items-not-called-again",
    file: engine("rerun.ts"),
    patches: [["|| again?.has(item) === true) continue;", ") continue;"]],
  },
  {
    name: "items-that-succeeded-called-again",
    file: engine("rerun.ts"),
    patches: [['if (again === undefined || task.status === "succeeded" ||', "if (again === undefined ||"]],
  },
  {
    name: "carried-items-under-new-keys",
    file: "src/run/evolve-step.ts",
    patches: [["carriedFrom: from,", "carriedFrom: from === null ? from : null,"]],
  },
  {
    name: "items-chosen-of-another-list",
    file: engine("rerun.ts"),
    patches: [
      ["hasCarriableItems(old) && this.#isSameVersion()", "hasCarriableItems(old)"],
      ["if (!this.#again.has(number) && this.#mayRepeatItems", "if (this.#mayRepeatItems"],
    ],
  },
  {
    name: "outcomes-of-another-kind-carried",
    file: engine("rerun.ts"),
    patches: [["    this.#checkKinds(kept);\n", "    this.#checkKinds([]);\n"]],
  },
  {
    name: "unknown-items-keep-keys-of-another-list",
    file: engine("rerun.ts"),
    patches: [["if (!this.#isListKept(number)) return own;", ""]],
  },
  {
    name: "key-lost-by-a-rerun-that-learnt-nothing",
    file: "src/run/evolve-step.ts",
    patches: [
      ["const unknown = keepsKey(state, event.step, null);", "const unknown = false;"],
      ['event.type === "item.started" && keepsKey', 'event.type !== "item.started" && keepsKey'],
    ],
  },
  {
    name: "key-lost-by-a-rerun-that-never-began",
    file: engine("rerun.ts"),
    patches: [["(before.has(item) && task.attempt === 0", "(before.has(item) && task.attempt < 0"]],
  },
  {
    name: "undone-calls-keep-their-keys",
    file: "src/run/is-carriable.ts",
    patches: [['return unknown && undo?.status !== "succeeded";', "return unknown && undo !== undefined;"]],
  },
  {
    name: "unknown-outcome-carried-as-known",
    file: "src/run/evolve-step.ts",
    patches: [
      ["unknown = false, child }", "unknown: _ = false, child }"],
      ["    unknown,\n", "    unknown: false,\n"],
    ],
  },
  {
    name: "rerun-of-the-old-version",
    file: engine("going-again.ts"),
    patches: [["const version = request.version ?? created.version;", "const version = created.version;"]],
  },
  {
    name: "edited-input-ignored",
    file: engine("going-again.ts"),
    patches: [["request.body === undefined ? old", "request.body !== null ? old"]],
  },
  {
    name: "edited-input-beside-carried-outcomes",
    file: engine("going-again.ts"),
    patches: [["undefined && plan.readsCarried)", "undefined && plan.readsCarried === null)"]],
  },
];
