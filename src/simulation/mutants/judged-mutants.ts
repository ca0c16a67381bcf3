// Engines that say less than what happened, or give up, refuse and hesitate where they must not.

import type { Mutant } from "./mutant.ts";

export const judgedMutants: readonly Mutant[] = [
  {
    name: "call-cut-off-by-a-crash-is-unsent",
    file: "src/run/lost-attempt.ts",
    patches: [['reach: "unknown"', 'reach: "no"']],
  },
  {
    name: "call-that-times-out-is-unsent",
    file: "src/run/due.ts",
    patches: [['reach: sent ? "unknown" : "no",', 'reach: "no",']],
  },
  {
    name: "cancel-of-a-paused-run-refused",
    file: "src/run/decide.ts",
    patches: [
      ['    case "cancel":\n', '    case "cancel":\n      if (turn.state.paused) return "run_ended";\n'],
    ],
  },
  {
    name: "partly-undone-not-tried-again",
    file: "src/run/decide.ts",
    patches: [['if (again && state.compensation !== "partial") return', "if (again) return"]],
  },
  {
    name: "bulk-refuses-every-other-run",
    file: "src/engine/bulks.ts",
    patches: [
      [
        "return { place, code: null, created: await",
        'if (place % 2 === 1) return { place, code: "run_ended", created: null };\n      return { place, code: null, created: await',
      ],
    ],
  },
  {
    name: "bulk-cancel-of-everything",
    file: "src/engine/bulks.ts",
    patches: [
      [
        "(await this.#matching(tenant, request.filter)).rows.map(",
        '(await this.#matching(tenant, request.action === "cancel" ? {} : request.filter)).rows.map(',
      ],
    ],
  },
  {
    name: "bulk-pause-does-nothing",
    file: "src/engine/bulks.ts",
    patches: [
      ["    const command = action", '    if (action === "pause") return null;\n    const command = action'],
    ],
  },
  {
    name: "bulk-resume-does-nothing",
    file: "src/engine/bulks.ts",
    patches: [
      ["    const command = action", '    if (action === "resume") return null;\n    const command = action'],
    ],
  },
  {
    name: "gives-up-long-before-max-elapsed",
    file: "src/run/retry-at.ts",
    patches: [
      [
        "return policy.maxElapsedMs !== null && at > startedAt + policy.maxElapsedMs;",
        "return policy.maxElapsedMs !== null;",
      ],
    ],
  },
  {
    name: "busy-poll-gives-up-early",
    file: "src/run/poll.ts",
    patches: [
      [
        "isTooLate(poll ?? { startedAt: turn.now }, notBefore, rule)) {",
        "isTooLate(poll ?? { startedAt: turn.now }, notBefore, { maxMs: rule.maxMs / 3 })) {",
      ],
    ],
  },
  {
    name: "run-timeout-late",
    file: "src/run/due.ts",
    patches: [
      [
        "if (!ends) consider(state.deadlineAt, null, null);",
        "if (!ends) consider(state.deadlineAt === null ? null : state.deadlineAt + 20_000, null, null);",
      ],
    ],
  },
  {
    name: "wait-timeout-late",
    file: "src/run/due.ts",
    patches: [
      [
        'if (task.phase === "wait") return task.waitUntil;',
        'if (task.phase === "wait") return task.waitUntil === null ? null : task.waitUntil + 20_000;',
      ],
    ],
  },
  {
    name: "cause-names-another-step",
    file: "src/run/fail-step.ts",
    patches: [['{ type: "step", step: step.number, failure }', '{ type: "step", step: 0, failure }']],
  },
  {
    name: "waiting-stored-as-running",
    file: "src/engine/propose.ts",
    patches: [
      [
        "return { status: statusOf(state), dueAt",
        'const shown = statusOf(state);\n  return { status: shown === "waiting" ? "running" : shown, dueAt',
      ],
    ],
  },
  {
    name: "full-jitter-is-none-at-all",
    file: "src/run/retry-at.ts",
    patches: [['full * deriveFraction(jitter.seed, "jitter", jitter.place, retry)', "0"]],
  },
  {
    name: "explanation-of-the-first-step",
    file: "src/run/explain.ts",
    patches: [
      [
        "return failedTask(workflow.steps[cause.step] as Step,",
        "return failedTask(workflow.steps[0] as Step,",
      ],
    ],
  },
  {
    name: "rerun-from-an-item-behind-what-failed",
    file: "src/run/next-action.ts",
    patches: [["    if (!isCarriable(state.steps[number] as StepState)) return false;\n", ""]],
  },
];
