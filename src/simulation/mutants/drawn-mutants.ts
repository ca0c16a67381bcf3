// Engines that break what only rare draws show: schedules that were missed, limits, what is forgotten, what is set aside.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;

const cronMutants: readonly Mutant[] = [
  {
    name: "missed-due-time-made-against-none",
    file: engine("due-run.ts"),
    patches: [['if (catchUp === "none") return { start: null, last };', ""]],
  },
  {
    name: "every-missed-due-time-made",
    file: engine("due-run.ts"),
    patches: [["if (startAt >= upSince) return", 'if (startAt >= upSince || catchUp === "latest") return']],
  },
  {
    name: "schedule-jitter-ignored",
    file: engine("triggers.ts"),
    patches: [["return dueAt + jitterOf(", "return dueAt + 0 * jitterOf("]],
  },
  {
    name: "due-time-late",
    file: engine("triggers.ts"),
    patches: [["return dueAt + jitterOf(", "return dueAt + 15_000 + jitterOf("]],
  },
  {
    name: "next-due-time-in-utc",
    file: engine("schedules.ts"),
    patches: [
      [
        "const next = nextTime(schedule, stored.timezone, last);",
        'const next = nextTime(schedule, "UTC", last);',
      ],
    ],
  },
  {
    name: "skipped-hour-has-no-run",
    file: "src/schedule/due-span.ts",
    patches: [['schedule.follows === "wall" ? span.offsetBefore : span.offset', "span.offset"]],
  },
];

const boundMutants: readonly Mutant[] = [
  {
    name: "run-limits-off",
    file: "src/run/check-limits.ts",
    patches: [["if (turn.state.ending !== null) return;", "return;"]],
  },
  {
    name: "early-signals-unlimited",
    file: "src/run/decide.ts",
    patches: [["return sent.length >= earlySignals;", "return false;"]],
  },
];

const asideMutants: readonly Mutant[] = [
  {
    name: "unreadable-run-holds-up-its-line",
    file: engine("run-loader.ts"),
    patches: [["    this.#setAside(tenant, run);\n", ""]],
  },
];

const retentionMutants: readonly Mutant[] = [
  {
    name: "nothing-is-forgotten",
    file: engine("retention.ts"),
    patches: [["store.dropEnded(this.#fence(), clock.now(), dropMax)", "Promise.resolve(0)"]],
  },
  {
    name: "forgotten-too-early",
    file: engine("retention.ts"),
    patches: [["this.#fence(), clock.now(), dropMax", "this.#fence(), clock.now() + 5_000, dropMax"]],
  },
  {
    name: "child-forgotten-before-its-root",
    file: "src/store/memory/drop-ended.ts",
    patches: [["birth.root !== null && tables", "birth.root === null && tables"]],
  },
];

const fieldMutants: readonly Mutant[] = [
  {
    name: "event-that-cannot-be-judged-starts-all",
    file: engine("start-by-event.ts"),
    patches: [
      [
        "return startFailed(ports, starter, start, judged.problem);",
        "return startOnce(ports, starter, start, { trigger, once: key });",
      ],
    ],
  },
  {
    name: "child-version-ignored",
    file: "src/run/step-child.ts",
    patches: [["version: action.version,", "version: null,"]],
  },
  {
    name: "rerun-key-ignored",
    file: engine("going-again.ts"),
    patches: [
      ["if (idempotencyKey === null) return null;", "if (idempotencyKey !== undefined) return null;"],
    ],
  },
  {
    name: "step-is-not-told-how-another-ended",
    file: "src/run/scope.ts",
    patches: [
      [
        "signal: task.signals?.length === 1 ? signalValue(task.signals[0] as Signal) : null,",
        "signal: null,",
      ],
      ["signals: task.signals === null ? null : signalsValue(task.signals),", "signals: null,"],
      [
        'error: task.status !== "succeeded" && task.failure !== null ? errorValue(task.failure) : null,',
        "error: null,",
      ],
    ],
  },
  {
    name: "another-signal-taken-for-the-same",
    file: "src/run/sent-otherwise.ts",
    patches: [["return signalsSent.some(", "return false && signalsSent.some("]],
  },
];

export const drawnMutants: readonly Mutant[] = [
  ...fieldMutants,
  ...cronMutants,
  ...boundMutants,
  ...asideMutants,
  ...retentionMutants,
];
