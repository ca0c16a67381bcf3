// Engines that break a promise of strategies, polls, directives, sleeps or expressions in the sandbox.

import type { Mutant } from "./mutant.ts";

const run = (file: string) => `src/run/${file}`;

export const languageMutants: readonly Mutant[] = [
  {
    name: "item-key-without-index",
    file: run("call-headers.ts"),
    patches: [['const item = effect.item === null ? "" :', 'const item = effect.item !== null ? "" :']],
  },
  {
    name: "item-repeated-after-recovery",
    file: run("recover.ts"),
    patches: [["items?.open ?? null;", "items === null ? null : [];"]],
  },
  {
    name: "race-goes-on-after-a-winner",
    file: run("turn.ts"),
    patches: [['if (step.strategy?.type !== "race") return;', "return;"]],
  },
  {
    name: "undoes-items-that-never-succeeded",
    file: run("compensate.ts"),
    patches: [["if (isUndoable(step, task) &&", "if (compensationOf(step) !== null &&"]],
  },
  {
    name: "undoes-the-first-item-first",
    file: run("compensate.ts"),
    patches: [
      [
        "for (let at = list; at !== null; at = at.before) {",
        "let found = null;\n  for (let at = list; at !== null; at = at.before) {",
      ],
      [
        'task.undo?.status !== "succeeded") return at.item;\n  }\n  return null;',
        'task.undo?.status !== "succeeded") found = at.item;\n  }\n  return found;',
      ],
    ],
  },
  {
    name: "one-item-beyond-the-window",
    file: run("strategy.ts"),
    patches: [["items.open.length < strategy.window", "items.open.length <= strategy.window"]],
  },
  {
    name: "a-long-list-stands-beside-the-sandbox",
    file: run("outstanding.ts"),
    patches: [["return { needs, begins };", "return { needs, begins: false };"]],
  },
  {
    name: "undoes-beyond-the-window",
    file: run("wind-down.ts"),
    patches: [["undoOpen.length >= (step", "undoOpen.length > (step"]],
  },
  {
    name: "chunks-overlap",
    file: run("scope.ts"),
    patches: [["over.slice(item * size, (item + 1) * size)", "over.slice(item, item + size)"]],
  },
  {
    name: "acc-lost",
    file: run("evolve-step.ts"),
    patches: [["acc: event.value,", "acc: items.acc,"]],
  },
  {
    name: "reduce-does-not-wait-for-acc",
    file: run("strategy.ts"),
    patches: [
      [
        "return strategy.reduce === null || items.accumulated === items.succeeded;",
        "return items.accumulated >= 0;",
      ],
    ],
  },
  {
    name: "min-success-ignored",
    file: run("strategy.ts"),
    patches: [["return succeeded >= strategy.minSuccess;", "return true;"]],
  },
  {
    name: "items-begin-after-a-failure",
    file: run("strategy.ts"),
    patches: [["failed > 0 && onError", "failed < 0 && onError"]],
  },
  {
    name: "strategy-stands-when-its-items-are-dropped",
    file: run("begin-ending.ts"),
    patches: [["left.open.length === 0)", "left.open.length === 0 && left.next < left.count)"]],
  },
  {
    name: "poll-with-idempotency-key",
    file: run("call-headers.ts"),
    patches: [["if (effect.poll === 0)", "if (effect.poll >= 0)"]],
  },
  {
    name: "polls-beyond-max",
    file: run("poll.ts"),
    patches: [["return notBefore > startedAt + maxMs;", "return notBefore > startedAt + maxMs * 2;"]],
  },
  {
    name: "failed-poll-beyond-max",
    file: run("poll.ts"),
    patches: [["isTooLate(poll, when, action", "isTooLate(poll, 0, action"]],
  },
  {
    name: "directed-poll-is-a-retry-of-the-call",
    file: run("step-request.ts"),
    patches: [
      [
        "if (taskAt(turn.state, place).poll !== null) {",
        'if (taskAt(turn.state, place).poll !== null && failure.kind !== "directive") {',
      ],
    ],
  },
  {
    name: "polls-once",
    file: run("step-request.ts"),
    patches: [
      [
        "goesOn && action.response.poll !== null",
        "goesOn && action.response.poll !== null && taskAt(turn.state, place).poll === null",
      ],
    ],
  },
  {
    name: "credentials-follow-a-poll-elsewhere",
    file: run("poll-request.ts"),
    patches: [["const trusted = target === null || target.sameOrigin;", "const trusted = true;"]],
  },
  {
    name: "elsewhere-names-itself-as-home",
    file: "src/engine/read-answer.ts",
    patches: [["origin ?? originOf(url)", "originOf(url)"]],
  },
  {
    name: "directive-obeyed-that-is-not-allowed",
    file: run("directives.ts"),
    patches: [["place.step.directives.has(directive.type) &&", ""]],
  },
  {
    name: "item-completes-the-run",
    file: run("directives.ts"),
    patches: [["(place.item === null || forItems.has(directive.type))", "true"]],
  },
  {
    name: "directive-forgotten",
    file: run("directives.ts"),
    patches: [["if (!allowed) return false;", 'if (!allowed || directive.type === "retry") return false;']],
  },
  {
    name: "skipped-without-what-was-accepted",
    file: run("evolve-step.ts"),
    patches: [["accepted: step.accepted || accepted === true,", ""]],
  },
  {
    name: "starts-steps-while-completing",
    file: run("advance.ts"),
    patches: [["!turn.state.completing && ", ""]],
  },
  {
    name: "sleeper-woken-early",
    file: run("due.ts"),
    patches: [
      [
        'return task.phase === "sleep" ? task.notBefore : null;',
        'return task.phase === "sleep" ? task.notBefore - 200 : null;',
      ],
    ],
  },
  {
    name: "scripts-share-what-was-computed",
    file: run("evaluate.ts"),
    patches: [["{what}/", '{""}/']],
  },
  {
    name: "computed-is-lost-with-the-append",
    file: "src/engine/active-run.ts",
    patches: [
      [
        "    const effects = this.#outstanding(state);\n    const topics",
        "    const effects = this.#outstanding(state);\n    this.#computed.clear();\n    const topics",
      ],
    ],
  },
  {
    name: "recorded-request-ignored",
    file: run("outstanding.ts"),
    patches: [
      [
        "request: poll === null ? task.request :",
        "request: poll === null ? (attempt > 1 ? { ...task.request, body: null } : task.request) :",
      ],
    ],
  },
];
