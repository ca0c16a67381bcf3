// Engines that break a promise about the outside world: waits, places, children, triggers, going again.

import type { Mutant } from "./mutant.ts";

const run = (file: string) => `src/run/${file}`;
const engine = (file: string) => `src/engine/${file}`;

export const outsideMutants: readonly Mutant[] = [
  {
    name: "early-signal-lost",
    file: run("step-wait.ts"),
    patches: [
      [
        "    ...(event === undefined ? {} : { event }),\n  });\n  takeSignals(turn, place, rule);",
        "    ...(event === undefined ? {} : { event }),\n  });",
      ],
    ],
  },
  {
    name: "signal-taken-twice",
    file: run("evolve-step.ts"),
    patches: [["state.signals.filter((one) => !taken.includes(one))", "state.signals"]],
  },
  {
    name: "signals-taken-last-first",
    file: run("step-wait.ts"),
    patches: [["    turn.state.signals.find(\n", "    turn.state.signals.findLast(\n"]],
  },
  {
    name: "signal-key-ignored",
    file: run("decide.ts"),
    patches: [["if (key !== null && state.signalKeys.includes(key)) return null;", ""]],
  },
  {
    name: "signal-acknowledged-and-dropped",
    file: engine("signals.ts"),
    patches: [
      [
        "const hashed = key === null ? null",
        "if (active.state?.open.length === 0) return;\n    const hashed = key === null ? null",
      ],
    ],
  },
  {
    name: "wait-times-out-early",
    file: run("due.ts"),
    patches: [["return task.waitUntil;", "return task.waitUntil === null ? null : task.waitUntil - 300;"]],
  },
  {
    name: "timeout-rejects-nothing",
    file: run("step-wait.ts"),
    patches: [['rule.onTimeout === "reject" && place.item === null', "place.item !== null"]],
  },
  {
    name: "runs-behind-a-rejection",
    file: run("join-step.ts"),
    patches: [
      ["if (rejected !== undefined) return", "if (rejected === undefined && step.number < 0) return"],
    ],
  },
  {
    name: "callback-taken-after-its-wait",
    file: run("decide.ts"),
    patches: [["(place === null || !mayStillWait(place.step, taskAt(state, place)))", "place === null"]],
  },
  {
    name: "signals-not-judged",
    file: engine("signals.ts"),
    patches: [["if (first === undefined || first.length === 0 ||", "if (true ||"]],
  },
  {
    name: "waits-outlive-the-end",
    file: run("begin-ending.ts"),
    patches: [
      [
        'if (task.phase === "wait" || task.phase === "sleep") return true;',
        'if (task.phase === "sleep") return true;',
      ],
    ],
  },
  {
    name: "place-leaked-at-end",
    file: engine("unit-extra.ts"),
    patches: [["const ends = isTerminal(state.status)", 'const ends = state.status === "completed"']],
  },
  {
    name: "place-leaked-at-cancel-in-line",
    file: engine("unit-extra.ts"),
    patches: [
      [
        "const ends = isTerminal(state.status)",
        "const ends = isTerminal(state.status) && state.startedAt !== null",
      ],
    ],
  },
  {
    name: "place-given-twice",
    file: "src/store/memory/slots.ts",
    patches: [["const free = limit - entries", "const free = limit + 1 - entries"]],
  },
  {
    name: "queue-last-in-first-out",
    file: "src/store/memory/slots.ts",
    patches: [["return waiting.slice(", "return waiting.toReversed().slice("]],
  },
  {
    name: "queue-forgets-whose-turn-it-is",
    file: "src/store/memory/slots.ts",
    patches: [["    return nextOf(left, limit);", "    return [];"]],
  },
  {
    name: "refused-runs-wait",
    file: engine("start-run.ts"),
    patches: [['if (onLimit !== "reject") return true;', "if (onLimit.length > 0) return true;"]],
  },
  {
    name: "newest-makes-room",
    file: "src/store/memory/memory-store.ts",
    patches: [
      [
        "(entry.holds ? [entry.run] : [])).slice(0, limit)",
        "(entry.holds ? [entry.run] : [])).slice(-limit)",
      ],
    ],
  },
  {
    name: "claimed-poke-lost-at-crash",
    file: "src/store/memory/claim.ts",
    patches: [["record.poked ? { ...record.head, dueAt: 0 } : record.head", "record.head"]],
  },
  {
    name: "poke-of-held-run-unheard",
    file: engine("sweeper.ts"),
    patches: [["this.#host.poked(name);", "name.run.trim();"]],
  },
];
