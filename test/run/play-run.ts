// Plays one run in memory: given a document, when commands come, then events and effects.

import assert from "node:assert/strict";
import { parseWorkflow } from "../../src/language/parse-workflow.ts";
import type { Workflow } from "../../src/language/workflow.ts";
import type { AttemptOutcome, CommandBody, RejectionCode } from "../../src/run/command.ts";
import { decide } from "../../src/run/decide.ts";
import type { CallEffect } from "../../src/run/effect.ts";
import type { RunEvent, RunEventBody } from "../../src/run/event.ts";
import { fold } from "../../src/run/evolve.ts";
import { outstanding } from "../../src/run/outstanding.ts";
import type { RunState } from "../../src/run/state.ts";
import type { Json } from "../../src/value/json.ts";

export class PlayRun {
  readonly workflow: Workflow;
  readonly log: RunEvent[] = [];
  state: RunState;
  now = 1_000_000;

  constructor(document: string, body: Json = {}) {
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
    });
    assert.equal(decision.type, "accepted");
    assert.ok(decision.type === "accepted");
    this.log.push(...decision.events);
    this.state = decision.state;
    this.#checkReplay();
  }

  /** Gives the command and returns the types of its events, or the rejection. */
  give(command: CommandBody): readonly string[] | RejectionCode {
    const decision = decide(this.workflow, this.state, { now: this.now, ...command });
    if (decision.type === "rejected") return decision.code;
    this.log.push(...decision.events);
    this.state = decision.state;
    this.#checkReplay();
    return decision.events.map((event) => this.#say(event));
  }

  answer(step: string, status: number, body: Json = null, headers: Record<string, string> = {}) {
    return this.end(step, { type: "answer", answer: { status, headers, body }, problem: null });
  }

  lose(step: string, reason: "network" | "timeout" = "network", sent = true) {
    return this.end(step, { type: "failure", reason, code: reason, message: reason, sent, status: null });
  }

  end(step: string, outcome: AttemptOutcome) {
    const number = this.number(step);
    const undo = this.state.undoing === number;
    const attempt = (undo ? this.state.steps[number]?.undo?.attempt : this.state.steps[number]?.attempt) ?? 0;
    return this.give({ type: undo ? "end_undo" : "end_attempt", step: number, attempt, outcome });
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
      return `${effect.undo ? "undo " : ""}${id}#${effect.attempt}`;
    });
  }

  get effects(): readonly CallEffect[] {
    return outstanding(this.workflow, this.state).filter((effect) => effect.type === "call");
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

  number(step: string): number {
    const number = this.workflow.stepNumbers.get(step);
    assert.ok(number !== undefined, `no step ${step}`);
    return number;
  }

  #say(event: RunEvent): string {
    const step = "step" in event ? ` ${this.workflow.steps[event.step]?.id}` : "";
    return `${event.type}${step}`;
  }

  /** Promise of the core: the log alone gives the state. */
  #checkReplay(): void {
    assert.deepEqual(
      fold(null, JSON.parse(JSON.stringify(this.log))),
      JSON.parse(JSON.stringify(this.state)),
    );
  }
}
