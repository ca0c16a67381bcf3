// Random walks through the states of a run: commands that fit, that come late, and that mean nothing.

import assert from "node:assert/strict";
import { planRerun } from "../../src/engine/rerun.ts";
import { parseWorkflow } from "../../src/language/parse-workflow.ts";
import type { Workflow } from "../../src/language/workflow.ts";
import type { AttemptOutcome, Command, CommandBody, RerunPlan } from "../../src/run/command.ts";
import { needsToCreate } from "../../src/run/create-run.ts";
import { decide } from "../../src/run/decide.ts";
import type { Effect } from "../../src/run/effect.ts";
import type { RunEvent } from "../../src/run/event.ts";
import { fold } from "../../src/run/evolve.ts";
import type { ComputedValue, Need } from "../../src/run/need.ts";
import { outstanding } from "../../src/run/outstanding.ts";
import type { RunState } from "../../src/run/state.ts";
import { isTerminal } from "../../src/run/status.ts";
import { Prng } from "../../src/simulation/prng.ts";
import type { Json } from "../../src/value/json.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { LogChecker } from "./check-event.ts";
import { variedDocument } from "./varied-document.ts";
import { walkedDocuments } from "./walked-documents.ts";

const commandsMax = 120;
const bodies: readonly Json[] = [
  null,
  "text",
  1,
  {},
  { id: 1 },
  { id: 2 },
  { data: { n: 1 } },
  [1, 2],
  false,
];
const odd: readonly number[] = [-1, 1.5, 99, Number.NaN, 1e9];

let workflows: readonly Workflow[] | null = null;

function allWorkflows(): readonly Workflow[] {
  workflows ??= walkedDocuments.map((text) => {
    const parsed = parseWorkflow(text, "yaml");
    assert.ok(parsed.ok, parsed.ok ? "" : JSON.stringify(parsed.problems, null, 1));
    return parsed.workflow;
  });
  return workflows;
}

export interface WalkResult {
  readonly commands: number;
  readonly accepted: number;
  /** Types of the events that came. */
  readonly types: ReadonlySet<string>;
}

/** One walk from its seed. Throws what is wrong with it. */
export function walk(seed: number): WalkResult {
  const prng = new Prng(seed);
  const workflow = prng.pick(allWorkflows());
  const first = new Walk(workflow, prng, null);
  const result = first.run();
  const after = prng.chance(0.5) ? workflow : variantOf(prng, workflow);
  const plan = first.planAgain(after);
  if (plan === null) return result;
  const again = new Walk(after, prng, plan).run();
  return {
    commands: result.commands + again.commands,
    accepted: result.accepted + again.accepted,
    types: new Set([...result.types, ...again.types]),
  };
}

/** A version of it in which a step is of another kind, or itself where there is none. */
function variantOf(prng: Prng, workflow: Workflow): Workflow {
  const document = walkedDocuments[allWorkflows().indexOf(workflow)] as string;
  const parsed = parseWorkflow(variedDocument(prng, document), "yaml");
  return parsed.ok ? parsed.workflow : workflow;
}

class Walk {
  readonly #workflow: Workflow;
  readonly #prng: Prng;
  readonly #checker: LogChecker;
  readonly #log: RunEvent[] = [];
  readonly #computed = new Map<string, ComputedValue>();
  #state: RunState | null = null;
  #now = 1_000_000;
  #accepted = 0;
  /** Chance that the world answers badly. */
  readonly #trouble: number;

  readonly #rerun: RerunPlan | null;

  constructor(workflow: Workflow, prng: Prng, rerun: RerunPlan | null) {
    this.#rerun = rerun;
    this.#workflow = workflow;
    this.#prng = prng;
    this.#checker = new LogChecker(workflow);
    this.#trouble = prng.pick([0, 0.05, 0.3]);
  }

  run(): WalkResult {
    this.#give(this.#creation());
    let commands = 1;
    for (const left = this.#prng.between(1, commandsMax); commands < left; commands++) {
      if (this.#isOver() && this.#prng.chance(0.2)) break;
      if (this.#prng.chance(0.1)) this.#now += this.#prng.pick([1, 900, 5_000, 5_000, 61_000]);
      this.#give(this.#draw());
    }
    const folded = fold(null, JSON.parse(JSON.stringify(this.#log)));
    assert.equal(JSON.stringify(folded), JSON.stringify(this.#state), "the log does not give the state");
    return { commands, accepted: this.#accepted, types: new Set(this.#log.map((event) => event.type)) };
  }

  /** Sometimes, what runs again of a run that has ended, by another version. */
  planAgain(after: Workflow): RerunPlan | null {
    if (!this.#isOver() || this.#prng.chance(0.5)) return null;
    const state = this.#state as RunState;
    const { id } = this.#prng.pick(this.#workflow.steps);
    const from = this.#prng.chance(0.5) ? [] : [id];
    // There are logs in which outcomes were carried whatever the step had become.
    if (this.#prng.chance(0.3)) return planRerun(this.#workflow, state, this.#workflow, from);
    try {
      return planRerun(this.#workflow, state, after, from);
    } catch (error) {
      if (!(error instanceof DispatchedError) || error.code !== "rerun_kind_changed") throw error;
      const named = after.steps
        .map((step) => step.id)
        .filter((step) => error.message.includes(`${step} was `));
      return planRerun(this.#workflow, state, after, [...from, ...named]);
    }
  }

  #creation(): CommandBody {
    const prng = this.#prng;
    const list = Array.from({ length: prng.between(0, 4) }, (_, index) => prng.pick([index, "../x", null]));
    const till = new Date(this.#now + prng.between(-10, 10) * 1000).toISOString();
    const slot = this.#workflow.concurrency === null ? {} : { slot: { key: "k", free: prng.chance(0.7) } };
    const create = {
      type: "create",
      definition: "00",
      runId: "run_01test",
      seed: prng.next(),
      traceId: "0af7651916cd43dd8448eb211c80319c",
      trigger: {
        type: "http",
        method: "POST",
        headers: {},
        query: {},
        body: prng.chance(0.98) ? { list, k: "k", till } : prng.pick(bodies),
        rawBody: null,
      },
      ...slot,
      ...(this.#rerun === null ? {} : { rerun: this.#rerun }),
    } as const;
    this.#compute(needsToCreate(this.#workflow, create, this.#now, this.#computed));
    return create;
  }

  #give(given: CommandBody): void {
    const command: Command = { now: this.#now, computed: this.#computed, ...given };
    const wasEnded = this.#isOver();
    const decision = decide(this.#workflow, this.#state, command);
    if (decision.type === "rejected") return;
    this.#accepted++;
    if (wasEnded) assert.equal(given.type, "compensate", `${given.type} was taken after the end`);
    for (const event of decision.events) {
      this.#log.push(event);
      this.#check(event, given);
    }
    this.#state = decision.state;
    const effects = this.#effects();
    assert.equal(new Set(effects.map(({ id }) => id)).size, effects.length, "an effect stands twice");
    if (!isTerminal(decision.state.status) && !decision.state.paused && !this.#waits())
      assert.ok(effects.length > 0, "a run that goes on waits for something");
  }

  #check(event: RunEvent, given: CommandBody): void {
    try {
      this.#checker.check(event);
    } catch (error) {
      const lines = this.#log.slice(-20).map((one) => JSON.stringify(one).slice(0, 200));
      throw new Error(`after ${JSON.stringify(given).slice(0, 300)}:\n${lines.join("\n")}`, { cause: error });
    }
  }

  #isOver(): boolean {
    return this.#state !== null && isTerminal(this.#state.status) && !this.#state.reopened;
  }

  /** For a signal without a timeout nothing is asked of the world. */
  #waits(): boolean {
    return this.#state?.steps.some((step) => step.phase === "wait" || step.phase === "items") === true;
  }

  #effects(): readonly Effect[] {
    return this.#state === null ? [] : outstanding(this.#workflow, this.#state, this.#computed);
  }

  #compute(needs: readonly Need[]): void {
    for (const { key, now } of needs) {
      const value = this.#prng.pick<Json>([true, 1, 2, null, "text", [1, 2]]);
      const result = !this.#prng.chance(this.#trouble)
        ? ({ ok: true, value } as const)
        : ({ ok: false, problem: { code: "lua_error", message: "no" } } as const);
      this.#computed.set(key, { result, now });
    }
  }

  #draw(): CommandBody {
    const effects = this.#effects();
    return this.#prng.chance(0.65) && effects.length > 0 ? this.#fitting(effects) : this.#any();
  }

  /** What the world does next: the end of something that is under way. */
  #fitting(effects: readonly Effect[]): CommandBody {
    const effect = this.#prng.pick(effects);
    switch (effect.type) {
      case "call": {
        const { step, item, attempt, poll } = effect;
        this.#now = Math.max(this.#now, effect.notBefore);
        const outcome = this.#outcome();
        return { type: effect.undo ? "end_undo" : "end_attempt", step, item, attempt, poll, outcome };
      }
      case "wake":
        this.#now = Math.max(this.#now, effect.at);
        return { type: "tick" };
      case "child":
        return this.#childEnd(effect.step, effect.item, effect.run);
      case "undo_child": {
        const compensation = this.#prng.pick(["none", "complete", "partial"] as const);
        const { step, item, run } = effect;
        return { type: "end_child_undo", step, item, child: run, compensation };
      }
      case "event":
        return this.#signal("shipped", { step: effect.step, item: effect.item });
      case "slot":
        return { type: "start" };
      case "evaluate":
      case "fetch":
        this.#compute(effects.flatMap((one) => (one.type === "evaluate" ? [one.need] : [])));
        return { type: "evaluated" };
    }
  }

  #any(): CommandBody {
    const prng = this.#prng;
    const step = this.#number(this.#workflow.steps.length);
    const item = prng.chance(0.5) ? null : this.#number(5);
    const end = { step, item, attempt: this.#number(4), poll: this.#number(3), outcome: this.#outcome() };
    return prng.pick<() => CommandBody>([
      () => ({ type: "end_attempt", ...end }),
      () => ({ type: "end_attempt", ...end }),
      () => ({ type: "end_undo", ...end }),
      () => this.#childEnd(step, item, "run_other"),
      () => ({ type: "end_child_undo", step, item, child: "run_other", compensation: "complete" }),
      () => this.#signal(prng.pick(["one", "two", "three", "callback", "", "no such"]), null),
      () => this.#signal(prng.pick(["one", "two", "three"]), null),
      () => this.#signal("callback", { step, item }),
      () => ({ type: "evaluated" }),
      () => ({ type: "start" }),
      () => ({ type: "tick" }),
      () => ({ type: "tick" }),
      () => ({ type: "recover" }),
      () => ({ type: "pause" }),
      () => ({ type: "resume" }),
      () => ({ type: "resume" }),
      () => (prng.chance(0.2) ? { type: "cancel", compensate: prng.chance(0.7) } : { type: "tick" }),
      () => (prng.chance(0.1) ? { type: "abandon" } : { type: "tick" }),
      () => ({ type: "compensate", again: prng.chance(0.5) }),
      () => this.#creation(),
    ])();
  }

  #number(end: number): number {
    return this.#prng.chance(0.1) ? this.#prng.pick(odd) : this.#prng.between(0, end - 1);
  }

  #signal(name: string, target: { readonly step: number; readonly item: number | null } | null): CommandBody {
    const key = this.#prng.chance(0.3) ? `key-${this.#prng.between(0, 3)}` : null;
    return { type: "signal", name, body: this.#prng.pick(bodies), key, target };
  }

  #childEnd(step: number, item: number | null, child: string): CommandBody {
    const prng = this.#prng;
    const bad = prng.chance(this.#trouble);
    const status = bad ? prng.pick(["failed", "cancelled", "timed_out"] as const) : "completed";
    const outcome = prng.chance(0.9)
      ? ({
          type: "ended",
          status,
          output: prng.pick(bodies),
          error: status === "completed" ? null : "no",
        } as const)
      : ({ type: "not_started", code: "workflow_not_found", message: "no" } as const);
    return { type: "end_child", step, item, child, outcome };
  }

  #outcome(): AttemptOutcome {
    const prng = this.#prng;
    if (prng.chance(this.#trouble)) {
      const reason = prng.pick(["network", "timeout", "blocked", "too_large", "request"] as const);
      const status = prng.pick([null, 200, 500]);
      return { type: "failure", reason, code: "x", message: "no", sent: prng.chance(0.5), status };
    }
    const bad = prng.chance(this.#trouble);
    const status = bad ? prng.pick([400, 404, 409, 429, 500, 503]) : prng.pick([200, 200, 201, 204]);
    const headers: Record<string, string> = prng.pick([
      {},
      {},
      { "retry-after": "2" },
      { "retry-after": "x" },
    ]);
    const problem = prng.chance(this.#trouble / 3)
      ? { kind: prng.pick(["parse", "schema"] as const), message: "no", details: null }
      : null;
    const answer = { status, headers, body: prng.pick(bodies) };
    return { type: "answer", answer, problem, directive: this.#directive(), target: this.#target() };
  }

  #directive() {
    const prng = this.#prng;
    if (!prng.chance(0.1)) return null;
    return prng.pick([
      { type: "retry", afterMs: 2_000 },
      { type: "retry", afterMs: null },
      { type: "fail", reason: "no" },
      { type: "poll", afterMs: 1_000, url: null },
      { type: "poll", afterMs: null, url: "https://a.example/job" },
      { type: "skip" },
      { type: "complete" },
    ] as const);
  }

  #target() {
    return this.#prng.chance(0.2)
      ? { url: "https://a.example/job", sameOrigin: this.#prng.chance(0.5) }
      : null;
  }
}
