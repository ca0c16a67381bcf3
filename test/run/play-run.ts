// Plays one run in memory: given a document, when commands come, then events and effects.

import assert from "node:assert/strict";
import { parseDirective } from "../../src/language/directive.ts";
import { parseWorkflow } from "../../src/language/parse-workflow.ts";
import type { Step, Workflow } from "../../src/language/workflow.ts";
import type { AttemptOutcome, CommandBody, CreateRun, RejectionCode } from "../../src/run/command.ts";
import { decide } from "../../src/run/decide.ts";
import type { CallEffect, Effect } from "../../src/run/effect.ts";
import type { RunEvent, RunEventBody } from "../../src/run/event.ts";
import { fold } from "../../src/run/evolve.ts";
import type { ComputedValue } from "../../src/run/need.ts";
import { outstanding } from "../../src/run/outstanding.ts";
import { type Place, taskAt } from "../../src/run/place.ts";
import { stepOutput } from "../../src/run/scope.ts";
import type { PageSource, RunState, StepState } from "../../src/run/state.ts";
import type { Json } from "../../src/value/json.ts";

export class PlayRun {
  readonly workflow: Workflow;
  readonly log: RunEvent[] = [];
  state: RunState;
  now = 1_000_000;
  readonly computed = new Map<string, ComputedValue>();

  constructor(document: string, body: Json = {}, created: Partial<CreateRun> = {}) {
    const parsed = parseWorkflow(document, "yaml");
    assert.ok(parsed.ok, parsed.ok ? "" : JSON.stringify(parsed.problems, null, 2));
    this.workflow = parsed.workflow;
    const decision = decide(this.workflow, null, {
      now: this.now,
      type: "create",
      definition: "00",
      runId: "run_01test",
      seed: 7,
      traceId: "0af7651916cd43dd8448eb211c80319c",
      trigger: { type: "http", method: "POST", headers: {}, query: {}, body, rawBody: null },
      ...created,
    });
    assert.equal(decision.type, "accepted");
    assert.ok(decision.type === "accepted");
    this.log.push(...decision.events);
    this.state = decision.state;
    this.#checkReplay();
  }

  /** Gives the command and returns the types of its events, or the rejection. */
  give(command: CommandBody): readonly string[] | RejectionCode {
    const decision = decide(this.workflow, this.state, {
      now: this.now,
      computed: this.computed,
      ...command,
    });
    if (decision.type === "rejected") return decision.code;
    this.log.push(...decision.events);
    this.state = decision.state;
    this.#checkReplay();
    return decision.events.map((event) => this.#say(event));
  }

  /** `step` is an id, or `id[3]` for an item. */
  answer(
    step: string,
    status: number,
    body: Json = null,
    headers: Record<string, string> = {},
    source?: PageSource,
  ) {
    const told = headers["dispatched-directive"];
    const directive = told === undefined ? null : parseDirective(told);
    const location = headers["location"];
    const target = location === undefined ? null : { url: location, sameOrigin: true };
    return this.end(step, {
      type: "answer",
      answer: { status, headers, body },
      problem: null,
      directive,
      target,
      ...(source === undefined ? {} : { source }),
    });
  }

  lose(step: string, reason: "network" | "timeout" = "network", sent = true) {
    return this.end(step, { type: "failure", reason, code: reason, message: reason, sent, status: null });
  }

  end(step: string, outcome: AttemptOutcome) {
    const place = this.placeOf(step);
    const number = place.step.number;
    const undo = this.state.undoing === number;
    const task = taskAt(this.state, place);
    const attempt = (undo ? task.undo?.attempt : task.attempt) ?? 0;
    const poll = (undo ? task.undo?.poll?.count : task.poll?.count) ?? 0;
    const name = { step: number, item: place.item };
    if (undo) return this.give({ type: "end_undo", ...name, attempt, poll, outcome });
    return this.give({ type: "end_attempt", ...name, attempt, poll, outcome });
  }

  signal(name: string, body: Json = null, key: string | null = null) {
    return this.give({ type: "signal", name, body, key, target: null });
  }

  /** To the callback or event wait of a step or item. */
  callBack(step: string, body: Json = null, key: string | null = null) {
    const { step: found, item } = this.placeOf(step);
    return this.give({ type: "signal", name: "callback", body, key, target: { step: found.number, item } });
  }

  /** The sandbox has computed what is needed: `values` by the source of the expression. */
  compute(values: Readonly<Record<string, Json>>) {
    for (const effect of outstanding(this.workflow, this.state, this.computed)) {
      if (effect.type !== "evaluate") continue;
      const value = values[effect.need.source];
      assert.ok(value !== undefined, `nobody said what ${effect.need.source} is`);
      this.computed.set(effect.need.key, { result: { ok: true, value }, now: effect.need.now });
    }
    return this.give({ type: "evaluated" });
  }

  get needs(): readonly string[] {
    const effects = outstanding(this.workflow, this.state, this.computed);
    return effects.flatMap((effect) => (effect.type === "evaluate" ? [effect.need.source] : []));
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  tick() {
    return this.give({ type: "tick" });
  }

  cancel(compensate = true) {
    return this.give({ type: "cancel", compensate });
  }

  recover() {
    return this.give({ type: "recover" });
  }

  /** Calls that should be under way, as `charge#2` or `undo charge#1`. */
  get calls(): readonly string[] {
    return this.effects.map((effect) => {
      const id = this.workflow.steps[effect.step]?.id;
      const item = effect.item === null ? "" : `[${effect.item}]`;
      const poll = effect.poll === 0 ? "" : ` poll ${effect.poll}`;
      return `${effect.undo ? "undo " : ""}${id}${item}#${effect.attempt}${poll}`;
    });
  }

  get effects(): readonly CallEffect[] {
    return this.outstanding.filter((effect) => effect.type === "call");
  }

  get outstanding(): readonly Effect[] {
    return outstanding(this.workflow, this.state, this.computed);
  }

  get said(): readonly string[] {
    return this.log.map((event) => this.#say(event));
  }

  statusOf(step: string): string {
    return this.state.steps[this.number(step)]?.status ?? "?";
  }

  last<Type extends RunEventBody["type"]>(type: Type): Extract<RunEvent, { type: Type }> {
    const found = this.log.findLast((event) => event.type === type);
    assert.ok(found !== undefined, `no ${type} in ${this.said.join(", ")}`);
    return found as Extract<RunEvent, { type: Type }>;
  }

  placeOf(name: string): Place {
    const found = /^([^[]+)(?:\[(\d+)\])?$/.exec(name);
    const step = this.workflow.steps[this.number(found?.[1] ?? name)] as Step;
    return { step, item: found?.[2] === undefined ? null : Number(found[2]) };
  }

  output(step: string): Json {
    return stepOutput(this.state.steps[this.number(step)] as StepState);
  }

  number(step: string): number {
    const number = this.workflow.stepNumbers.get(step);
    assert.ok(number !== undefined, `no step ${step}`);
    return number;
  }

  #say(event: RunEvent): string {
    const step = "step" in event ? ` ${this.workflow.steps[event.step]?.id}` : "";
    const item = "item" in event && event.item !== undefined && event.item !== null ? `[${event.item}]` : "";
    return `${event.type}${step}${item}`;
  }

  /** Promise of the core: the log alone gives the state. */
  #checkReplay(): void {
    const folded = fold(null, JSON.parse(JSON.stringify(this.log)));
    assert.equal(JSON.stringify(folded), JSON.stringify(this.state));
  }
}
