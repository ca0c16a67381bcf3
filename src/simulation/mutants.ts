// Engines with a promise deliberately broken: patches of the source that the checkers must catch.

import { answerMutants } from "./mutants/answer-mutants.ts";
import { apartMutants } from "./mutants/apart-mutants.ts";
import { auditMutants } from "./mutants/audit-mutants.ts";
import { bodyMutants } from "./mutants/body-mutants.ts";
import { cutMutants } from "./mutants/cut-mutants.ts";
import { doorMutants } from "./mutants/door-mutants.ts";
import { drawnMutants } from "./mutants/drawn-mutants.ts";
import { holdingMutants } from "./mutants/holding-mutants.ts";
import { hostMutants } from "./mutants/host-mutants.ts";
import { itemChildMutants } from "./mutants/item-child-mutants.ts";
import { judgedMutants } from "./mutants/judged-mutants.ts";
import { languageMutants } from "./mutants/language-mutants.ts";
import { linkMutants } from "./mutants/link-mutants.ts";
import { lockedMutants } from "./mutants/locked-mutants.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { outsideMutants } from "./mutants/outside-mutants.ts";
import { rerunMutants } from "./mutants/rerun-mutants.ts";
import { rotationMutants } from "./mutants/rotation-mutants.ts";
import { steeredMutants } from "./mutants/steered-mutants.ts";
import { streamMutants } from "./mutants/stream-mutants.ts";

const run = (file: string) => `src/run/${file}`;
const engine = (file: string) => `src/engine/${file}`;

const coreMutants: readonly Mutant[] = [
  {
    name: "effects-before-commit",
    file: engine("active-run.ts"),
    patches: [
      [
        "    this.#busy = true;\n    this.#host",
        "    this.#busy = true;\n    this.state = proposal.state;\n    this.effects.release(proposal.effects);\n    this.#host",
      ],
    ],
  },
  {
    name: "acknowledged-before-commit",
    file: engine("active-run.ts"),
    patches: [
      [
        "    this.#busy = true;\n    this.#host",
        "    this.#busy = true;\n    answerAll(letters, proposal.rejections);\n    this.#host",
      ],
    ],
  },
  {
    name: "changed-idempotency-key",
    file: run("call-headers.ts"),
    patches: [
      [
        "as Step;\n  const item = effect.item",
        'as Step;\n  if (effect.attempt > 2) return "another";\n  const item = effect.item',
      ],
    ],
  },
  {
    name: "skipped-event",
    file: engine("propose.ts"),
    patches: [
      [
        "events.push(...decision.events);",
        'events.push(...decision.events.filter((one) => one.type !== "step.skipped"));',
      ],
    ],
  },
  {
    name: "wrong-compensation-order",
    file: run("compensate.ts"),
    patches: [
      [
        "candidate.undo !== null || candidate.endedSeq <= endedSeq",
        "candidate.undo !== null || next !== null",
      ],
    ],
  },
  {
    name: "compensates-what-never-succeeded",
    file: run("compensate.ts"),
    patches: [["return task.accepted || (", 'return task.accepted || task.status === "failed" || (']],
  },
  {
    name: "forgets-that-a-step-was-accepted",
    file: run("evolve-task.ts"),
    patches: [["accepted: task.accepted || failure.accepted,", "accepted: false,"]],
  },
  {
    name: "early-timer",
    file: engine("run-effects.ts"),
    patches: [["if (effect.notBefore > now) {", "if (effect.notBefore > now + 300) {"]],
  },
  {
    name: "retries-beyond-max",
    file: run("retry-at.ts"),
    patches: [["attempted.spent >= policy.max", "attempted.spent > policy.max"]],
  },
  {
    name: "retry-after-ignored",
    file: run("retry-at.ts"),
    patches: [["const least = Math.min(retryAfterMs(failure, now), policy.maxDelayMs);", "const least = 0;"]],
  },
  {
    name: "crash-spends-a-retry",
    file: run("step-request.ts"),
    patches: [["turn.now, task.spent, lostAttempt", "turn.now, task.spent + 1, lostAttempt"]],
  },
  {
    name: "on-crash-ignored",
    file: run("step-request.ts"),
    patches: [['action.onCrash === "retry" &&', "true &&"]],
  },
  {
    name: "join-any-waits-for-all",
    file: run("join-step.ts"),
    patches: [['step.join === "any" &&', "false &&"]],
  },
  {
    name: "condition-ignored",
    file: run("advance.ts"),
    patches: [["if (judged.value !== true) {", "if (judged.value === undefined) {"]],
  },
  {
    name: "goes-on-after-failure",
    file: run("fail-step.ts"),
    patches: [["if (!passed) beginEnding", "if (passed === undefined) beginEnding"]],
  },
  {
    name: "starts-steps-while-ending",
    file: run("advance.ts"),
    patches: [
      [
        'filter((number) => stepAt(turn.state, number).status === "pending")',
        'filter((number) => ["pending", "cancelled"].includes(stepAt(turn.state, number).status))',
      ],
      [
        'if (status === "pending" && starts)',
        'if (status === "pending" || (status === "cancelled" && turn.state.ending !== null))',
      ],
    ],
  },
  {
    name: "drops-no-pending-retry",
    file: run("begin-ending.ts"),
    patches: [
      ["task.poll !== null || isUnsent(state, task, now)", "task.poll !== null || task.notBefore < 0"],
    ],
  },
  {
    name: "compensation-does-not-wait",
    file: run("wind-down.ts"),
    patches: [["isEnding && state.open.length === 0", "isEnding"]],
  },
  {
    name: "recovery-sends-the-same-attempt",
    file: engine("run-loader.ts"),
    patches: [['if (row.held) run.post({ type: "recover" }, null);\n', ""]],
  },
  {
    name: "unknown-commit-taken-for-success",
    file: engine("active-run.ts"),
    patches: [
      [
        'if (found === "this") return this.#adopt(proposal);',
        "if (found !== null) return this.#adopt(proposal);",
      ],
    ],
  },
  {
    name: "seq-not-checked",
    file: "src/store/memory/append.ts",
    patches: [["(record?.lastSeq ?? 0) !== expectedSeq ||", ""]],
  },
  {
    name: "ended-call-sent-again",
    file: engine("run-effects.ts"),
    patches: [['this.#calls.set(id, { type: "over" });', "this.#calls.delete(id);"]],
  },
  {
    name: "let-go-and-still-sending",
    file: engine("active-run.ts"),
    patches: [
      ["if (this.#held) this.#release(effects);", "this.#release(effects);"],
      ["if (this.#held) {\n", "if (!this.#gone) {\n"],
      ["if (this.#held || this.#busy || this.#mailbox.length > 0) return;", "if (!this.#gone) return;"],
    ],
  },
  {
    name: "refused-command-keeps-run-in-memory",
    file: engine("active-run.ts"),
    patches: [["      this.#rest(effects);\n    } else {", "    } else {"]],
  },
  {
    name: "silent-claim-forgotten",
    file: engine("sweeper.ts"),
    patches: [["        this.doubt();\n        this.#ports", "        this.#ports"]],
  },
  {
    name: "fence-not-checked",
    file: "src/store/memory/append.ts",
    patches: [
      ["if (!isLive(tables, fence)) return", "if (fence < 0) return"],
      ["record.owner !== 0 && record.owner !== fence;", "fence < 0;"],
    ],
  },
  {
    name: "start-key-not-unique",
    file: "src/store/memory/append.ts",
    patches: [["if (started !== undefined) return", "if (started === null) return"]],
  },
  {
    name: "secret-to-other-host",
    file: engine("refuse-host.ts"),
    patches: [["if (refused === undefined) return null;", "if (refused !== null) return null;"]],
  },
  {
    name: "secret-hosts-forgotten",
    file: engine("secrets.ts"),
    patches: [["this.#open(current).allowedHosts : (hosts ?? null)", "null : (hosts ?? null)"]],
  },
  {
    name: "secret-version-of-another",
    file: engine("secrets.ts"),
    patches: [["version: fresh.version }),", "version: fresh.version + 1 }),"]],
  },
  {
    name: "secret-deletion-forgotten",
    file: engine("secrets.ts"),
    patches: [["deleted: row !== null }", "deleted: false }"]],
  },
  {
    name: "secret-uses-not-recorded",
    file: "src/run/decide.ts",
    patches: [["turn.used = command.outcome.secrets ?? null;\n  endAttempt", "endAttempt"]],
  },
  {
    name: "wrap-under-retired-epoch",
    file: "src/store/memory/engine-wraps.ts",
    patches: [["if (live === null) return true;", "if (live !== undefined) return true;"]],
  },
  {
    name: "epoch-retired-too-early",
    file: "src/store/memory/memory-epochs.ts",
    patches: [
      [".slice(0, limit)", ".slice(1, limit)"],
      ["if (isLeft) return false;", ""],
    ],
  },
  {
    name: "secrets-not-masked",
    file: engine("read-answer.ts"),
    patches: [["mask === null ? read.body : yield* maskJson(read.body, mask)", "read.body"]],
  },
];

export const mutants: readonly Mutant[] = [
  ...coreMutants,
  ...languageMutants,
  ...outsideMutants,
  ...answerMutants,
  ...itemChildMutants,
  ...rerunMutants,
  ...rotationMutants,
  ...lockedMutants,
  ...auditMutants,
  ...bodyMutants,
  ...apartMutants,
  ...hostMutants,
  ...cutMutants,
  ...doorMutants,
  ...steeredMutants,
  ...streamMutants,
  ...linkMutants,
  ...drawnMutants,
  ...judgedMutants,
  ...holdingMutants,
];

/** Caught within few seeds: these run in the gate. */
export const quickMutants: readonly string[] = [
  "effects-before-commit",
  "changed-idempotency-key",
  "skipped-event",
  "wrong-compensation-order",
  "recovery-sends-the-same-attempt",
  "ended-call-sent-again",
  "one-item-beyond-the-window",
  "poll-with-idempotency-key",
];
