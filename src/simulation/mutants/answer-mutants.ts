// Engines that break a promise about what synchronous callers are answered.

import type { Mutant } from "./mutant.ts";

export const answerMutants: readonly Mutant[] = [
  {
    name: "answered-again",
    file: "src/run/respond.ts",
    patches: [
      [
        "|| responded !== null) return null;",
        "|| (responded !== null && responded.status < 0)) return null;",
      ],
    ],
  },
  {
    name: "answered-before-its-step-has-ended",
    file: "src/run/respond.ts",
    patches: [['status === "pending" || status === "running" ||', 'status === "pending" ||']],
  },
  {
    name: "ended-badly-without-an-answer",
    file: "src/run/wind-down.ts",
    patches: [
      ["  respondEarly(turn);\n", ""],
      ["if (!respondEarly(turn)) return;", ""],
    ],
  },
  {
    name: "answered-by-a-step-that-was-given-up",
    file: "src/run/respond.ts",
    patches: [['status === "cancelled" ||', ""]],
  },
  {
    name: "answer-of-a-run-forgotten",
    file: "src/engine/run-reader.ts",
    patches: [
      ["responded: state.responded };", 'responded: state.status === "running" ? state.responded : null };'],
    ],
  },
  {
    name: "answer-that-is-there-not-told",
    file: "src/engine/run-reader.ts",
    patches: [["const done = state.responded !== null || ", "const done = "]],
  },
  {
    name: "news-of-a-parked-run-not-read",
    file: "src/engine/run-reader.ts",
    patches: [[".lastSeq === seq) return null;", ".lastSeq >= seq && seq > 0) return null;"]],
  },
  {
    name: "answer-before-commit",
    file: "src/engine/active-run.ts",
    patches: [
      [
        "    this.#busy = true;\n    this.#host",
        "    this.#busy = true;\n    if (proposal.state.responded !== null) this.state = proposal.state;\n    this.#host",
      ],
    ],
  },
];
