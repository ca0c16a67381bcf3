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
    patches: [["if (key !== null && isRepeated(state, place, key, receivedAt)) return null;", ""]],
  },
  {
    name: "signal-acknowledged-and-dropped",
    file: engine("signals.ts"),
    patches: [
      [
        "const hashed = key === null",
        "if (active.state?.open.length === 0) return;\n    const hashed = key === null",
      ],
    ],
  },
  {
    name: "wait-times-out-early",
    file: run("due.ts"),
    patches: [["return task.waitUntil;", "return task.waitUntil === null ? null : task.waitUntil - 300;"]],
  },
  {
    name: "timeout-before-what-came-earlier",
    file: run("due.ts"),
    patches: [["(since !== null && since < at) ? null : at", "(since !== null && since < 0) ? null : at"]],
  },
  {
    name: "event-taken-after-the-timeout",
    file: run("decide.ts"),
    patches: [
      ["if (cameTooLate(taskAt(state, place), Math.min(receivedAt, turn.now)))", "if (turn.now < 0)"],
    ],
  },
  {
    name: "wait-takes-events-without-bound",
    file: run("unjudged.ts"),
    patches: [["return Math.max(0, unjudgedMax - standing);", "return standing < 0 ? 0 : unjudgedMax;"]],
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
        'return ends || leaves ? "release" : null',
        'return ends && state.startedAt !== null ? "release" : null',
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
    patches: [["    return nextOf(inLine(left), slot);", "    return [];"]],
  },
  {
    name: "refused-runs-wait",
    file: engine("start-run.ts"),
    patches: [['if (onLimit !== "reject") return true;', "if (onLimit.length > 0) return true;"]],
  },
  {
    name: "newest-makes-room",
    file: "src/store/memory/slots.ts",
    patches: [
      [
        "      .filter((entry) => entry.holds === holding &&",
        "      .toReversed().filter((entry) => entry.holds === holding &&",
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
  {
    name: "child-started-twice",
    file: engine("errands.ts"),
    patches: [
      [
        "      id: effect.run as RunId,",
        "      id: this.#ports.clock.now() % 7 === 0 ? null : (effect.run as RunId),",
      ],
    ],
  },
  {
    name: "child-id-not-derived",
    file: run("step-child.ts"),
    patches: [
      ['derive32(seed, "child-a", run, nameOf(place))', 'derive32(seed, "child-a", run)'],
      ['derive32(seed, "child-b", run, nameOf(place))', 'derive32(seed, "child-b", run)'],
      ['derive32(seed, "child-c", run, nameOf(place))', 'derive32(seed, "child-c", run)'],
    ],
  },
  {
    name: "child-not-cancelled",
    file: run("outstanding.ts"),
    patches: [["const cancel = state.ending !== null || cancelled;", "const cancel = cancelled;"]],
  },
  {
    name: "late-child-not-told",
    file: run("outstanding.ts"),
    patches: [
      ["const cancel = state.ending !== null || cancelled;", "const cancel = state.ending !== null;"],
    ],
  },
  {
    name: "child-not-compensated",
    file: run("compensate.ts"),
    patches: [
      [
        'if (compensation === null) return step.action.type === "workflow" && task.accepted;',
        "if (compensation === null) return false;",
      ],
    ],
  },
  {
    name: "child-taken-for-undone",
    file: engine("errands.ts"),
    patches: [["(undone !== null && !state.reopened && !again)", "!state.reopened"]],
  },
  {
    name: "child-end-made-up",
    file: engine("errands.ts"),
    patches: [
      [
        "    if (!isTerminal(state.status)) return;\n    const status = state.status as TerminalStatus;",
        '    const status = isTerminal(state.status) ? (state.status as TerminalStatus) : "completed";',
      ],
    ],
  },
  {
    name: "children-without-end",
    file: run("step-child.ts"),
    patches: [
      [
        "(created.parent?.depth ?? 0) >= limits.child_depth",
        "(created.parent?.depth ?? 0) >= limits.child_depth + 1",
      ],
    ],
  },
  {
    name: "parent-not-told",
    file: engine("unit-extra.ts"),
    patches: [
      [
        "  return wasEnded && !undone ? [] : [parent.run as RunId];",
        "  return wasEnded && !undone ? [] : [];",
      ],
    ],
  },
  {
    name: "undone-child-not-told",
    file: engine("propose.ts"),
    patches: [["state.reopened ? null : state.endedAt", "state.endedAt"]],
  },
  {
    name: "event-starts-two-runs",
    file: engine("start-by-event.ts"),
    patches: [["      id: null,\n      startKey,", "      id: null,\n      startKey: null,"]],
  },
  {
    name: "event-settled-before-its-runs",
    file: engine("event-lines.ts"),
    patches: [
      [
        "await this.#startRuns(row);\n        settling.push(",
        "await store.settleIncoming(row.tenant, row.id);\n        await this.#startRuns(row);\n        settling.push(",
      ],
    ],
  },
  {
    name: "event-taken-twice",
    file: "src/store/memory/incoming.ts",
    patches: [["if (tables.incoming.has(key)) return false;", ""]],
  },
  {
    name: "events-of-a-batch-one-by-one",
    file: engine("event-intake.ts"),
    patches: [
      [
        "const fresh = await store.putIncoming(rows);",
        "const fresh: boolean[] = [];\n      for (const row of rows) fresh.push(...((await store.putIncoming([row])) ?? []));",
      ],
    ],
  },
  {
    name: "event-condition-ignored",
    file: engine("start-by-event.ts"),
    patches: [["if (!judged.value) return", "if (ports === null) return"]],
  },
  {
    name: "wait-takes-any-event",
    file: run("step-wait.ts"),
    patches: [["return judged.ok && judged.value;", "return judged.ok;"]],
  },
  {
    name: "event-whose-condition-errs-taken",
    file: run("step-wait.ts"),
    patches: [["return judged.ok && judged.value;", "return !judged.ok || judged.value;"]],
  },
  {
    name: "event-passed-over-that-fits",
    file: run("step-wait.ts"),
    patches: [["seq: turn.state.seq + 1, body }) === false", "seq: turn.state.seq + 1, body }) !== null"]],
  },
  {
    name: "event-before-its-wait-lost",
    file: engine("look-for-events.ts"),
    patches: [["const since = Math.max(effect.sinceMs, ", "const since = Math.max(clock.now() - 50, "]],
  },
  {
    name: "event-ends-a-wait-of-its-own-run",
    file: run("step-wait.ts"),
    patches: [["if (trigger.event !== undefined && eventName(trigger.event) === name) return true;", ""]],
  },
  {
    name: "due-time-run-twice",
    file: engine("start-by-schedule.ts"),
    patches: [["      startKey,\n", "      startKey: null,\n"]],
  },
  {
    name: "due-time-missed",
    file: engine("schedules.ts"),
    patches: [
      ["dueRun(schedule, times, this.#upSince,", "dueRun(schedule, times, this.#ports.clock.now() - 500,"],
    ],
  },
  {
    name: "due-time-skipped",
    file: engine("schedules.ts"),
    patches: [
      [
        "const next = nextTime(schedule, stored.timezone, last);",
        "const next = nextTime(schedule, stored.timezone, Math.max(last, this.#ports.clock.now()));",
      ],
    ],
  },
  {
    name: "due-time-without-its-body-dropped",
    file: engine("start-by-schedule.ts"),
    patches: [
      [
        "  const made = body.ok",
        '  if (!body.ok) return { type: "refused", code: body.problem.code };\n  const made = body.ok',
      ],
    ],
  },
  {
    name: "latest-not-caught-up",
    file: engine("due-run.ts"),
    patches: [['if (catchUp === "none") return', "if (last > 0) return"]],
  },
  {
    name: "schedule-early",
    file: engine("schedules.ts"),
    patches: [
      [
        "store.listDueTriggers(clock.now(), firingMax)",
        "store.listDueTriggers(clock.now() + 400, firingMax)",
      ],
    ],
  },
  {
    name: "schedule-outlives-its-version",
    file: "src/store/memory/incoming.ts",
    patches: [["|| row.until !== null) continue;", "|| triggers.length === 0) continue;"]],
  },
  {
    name: "due-time-lost-to-a-put",
    file: "src/store/memory/incoming.ts",
    patches: [
      ["const isLeft = row.scheduledAt !== null && row.scheduledAt <= createdAt;", "const isLeft = false;"],
    ],
  },
  {
    name: "paused-run-starts-a-step",
    file: run("advance.ts"),
    patches: [["&& !turn.state.paused", ""]],
  },
  {
    name: "list-goes-on-without-an-answer",
    file: run("strategy.ts"),
    patches: [['waitOf(step)?.onTimeout !== "reject"', "waitOf(step) !== undefined"]],
  },
  {
    name: "paused-run-goes-on-calling",
    file: run("outstanding.ts"),
    patches: [["const isHeld = state.paused &&", "const isHeld = state.at < 0 &&"]],
  },
  {
    name: "resume-starts-nothing",
    file: run("decide.ts"),
    patches: [
      ['emit(turn, { type: "run.resumed" });\n      goOn(turn);', 'emit(turn, { type: "run.resumed" });'],
    ],
  },
  {
    name: "rerun-repeats-a-carried-step",
    file: run("create-run.ts"),
    patches: [["of command.rerun?.carried ?? [])", "of command.rerun?.carried.slice(1) ?? [])"]],
  },
  {
    name: "rerun-carries-what-was-undone",
    file: run("is-carriable.ts"),
    patches: [["  if (step.undo !== null) return false;\n", ""]],
  },
  {
    name: "rerun-of-an-unknown-with-a-new-key",
    file: run("call-headers.ts"),
    patches: [["?? kept ?? created.run;", "?? created.run;"]],
  },
  {
    name: "undone-twice",
    file: run("evolve.ts"),
    patches: [['step.undo?.status === "failed" ? ', "step.undo !== null ? "]],
  },
];
