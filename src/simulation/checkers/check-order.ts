// Order and outcome: a small model of joins and conditions, written anew from the language's rules.

import type { Broken, DurableEvent, History } from "../history.ts";
import { waitsForSandbox } from "../workload/language-model.ts";
import type { StepModel } from "../workload/model.ts";
import { isPossible, possibleWhen } from "./expected-value.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { checkRequest, checkValue } from "./request-of.ts";
import { memberOf, outputOf, type RunLog, stepOf } from "./run-log.ts";
import { RunSeen, type StepSeen } from "./run-seen.ts";
import { isBeginning } from "./wait-log.ts";

export function checkOrder(history: History): readonly Broken[] {
  return judgeRuns(history, (log, say) => new OrderCheck(log, say).check());
}

/** By which events steps begin that neither call nor repeat. */
const beginners: Readonly<Partial<Record<StepModel["kind"], string>>> = {
  sleep: "sleep",
  wait: "wait",
  child: "child",
};

class OrderCheck {
  readonly #log: RunLog;
  readonly #say: Say;
  readonly #run: RunSeen;
  #started = false;

  constructor(log: RunLog, say: Say) {
    this.#log = log;
    this.#say = say;
    this.#run = new RunSeen(log);
  }

  check(): void {
    const { events } = this.#log;
    events.forEach((event, index) => {
      this.#judge(event);
      this.#run.take(event);
      const next = events[index + 1];
      // A unit is decided to its end: what is ready at its end has been decided.
      if (next === undefined || next.order === event.order) return;
      if (this.#run.ending !== null) this.#checkNoRetryWaits();
      else if (this.#started && !this.#run.paused && !this.#run.completing) this.#checkNothingReady(event);
    });
  }

  #judge(event: DurableEvent): void {
    if (event.type === "run.started") this.#started = true;
    if (event.type === "run.completed") this.#checkCompleted(event);
    const step = stepOf(this.#log, event);
    if (step === null) return;
    const seen = this.#run.step(step.id);
    const begins = isBeginning(event);
    if ((!begins && !event.type.startsWith("step.")) || event.type === "step.carried") return;
    // The list of a strategy that is carried over, in whole or in part.
    if (!this.#started && event.type === "strategy.started" && "rerunOf" in (this.#log.events[0]?.data ?? {}))
      return;
    if (seen.status === "pending") this.#checkDecided(step, event);
    if (begins) this.#checkBegins(step, seen, event);
    else this.#judgeStep(step, seen, event);
  }

  #judgeStep(step: StepModel, seen: StepSeen, event: DurableEvent): void {
    const ending = this.#run.ending !== null;
    switch (event.type) {
      case "step.retrying":
        if (ending) this.#say("a run that ends retries nothing", step.id);
        if (seen.status !== "running") this.#say("only a running step is retried", step.id);
        return;
      case "step.succeeded":
        if (step.kind === "value" && step.strategy === null) {
          const reader = { log: this.#log, run: this.#run, step, item: null };
          checkValue(reader, event, outputOf(event), this.#say);
        }
        return;
      case "step.failed": {
        const passed = step.onError === "continue";
        if (event.data["passed"] !== passed) this.#say("on_error says whether a failed step passed", step.id);
        if (!passed && !ending && !this.#run.completing) this.#checkEndsNow(event);
        return;
      }
      case "step.cancelled":
        if (!ending && !this.#run.completing)
          this.#say("a step is cancelled only when the run ends", step.id);
    }
  }

  #checkDecided(step: StepModel, event: DurableEvent): void {
    if (this.#run.ending !== null || this.#run.completing) {
      this.#say("nothing new starts once a run ends", `${event.type} of ${step.id}`);
      return;
    }
    if (!this.#started) this.#say("nothing begins before its run", step.id);
    if (this.#run.paused) this.#say("nothing new starts while a run is paused", step.id);
    const joined = this.#join(step);
    const holds = possibleWhen({ log: this.#log, run: this.#run, step, item: null }, step.when);
    const skipped = event.type === "step.skipped";
    const right = joined === "run" ? holds.includes(!skipped) : joined !== "wait" && skipped;
    if (skipped && (event.data["reason"] === "rejection") !== (joined === "reject"))
      this.#say("nothing behind a rejection runs", `${step.id} is skipped: ${event.data["reason"]}`);
    if (!right) {
      const expected = joined === "wait" ? "nothing yet" : skipped ? "its start" : "that it is skipped";
      this.#say("a step is decided by after, join and when", `${event.type} of ${step.id}, not ${expected}`);
    }
  }

  #checkBegins(step: StepModel, seen: StepSeen, event: DurableEvent): void {
    if (seen.status !== "pending") this.#say("a step begins once", step.id);
    const wanted = step.strategy !== null ? "strategy" : (beginners[step.kind] ?? "step");
    if (!event.type.startsWith(`${wanted}.`))
      this.#say("a step does what its document says", `${step.id}: ${event.type}`);
    else if (wanted === "step")
      checkRequest({ log: this.#log, run: this.#run, step, item: null }, event, this.#say);
  }

  /** A failure that ends the run is followed by its ending in the same append. */
  #checkEndsNow(event: DurableEvent): void {
    const next = this.#log.events[event.seq];
    if (next?.type !== "run.ending" || next.order !== event.order) {
      this.#say("the first failure ends the run", `${next?.type ?? "nothing"} follows it`);
    }
  }

  /** What the sandbox must compute first is decided later: from here on it was ready. */
  #checkNothingReady(event: DurableEvent): void {
    for (const step of this.#log.model.steps) {
      const seen = this.#run.step(step.id);
      if (seen.status !== "pending") continue;
      const joined = this.#join(step);
      if (joined === "wait") continue;
      if (joined === "run" && waitsForSandbox(step)) seen.readyOrder ||= event.order;
      else this.#say("a step that can be decided is decided", `${step.id} after ${event.type}`);
    }
  }

  /** A retry or poll that was not due when the run began to end is dropped at once, and so is a sleep. */
  #checkNoRetryWaits(): void {
    const endingAt = this.#run.ending?.at ?? 0;
    for (const [id, { status, notBefore, polls }] of this.#run.steps) {
      if (status === "running" && (notBefore > endingAt || polls > 0)) {
        this.#say("pending retries, polls and sleeps are dropped when a run ends", id);
      }
    }
  }

  #checkCompleted(event: DurableEvent): void {
    if (this.#run.ending !== null) this.#say("a run that ends badly does not complete", "it completed");
    for (const [id, { status }] of this.#run.steps) {
      if (status === "running" || (status === "pending" && !this.#run.completing))
        this.#say("a run completes when every step has ended", id);
    }
    const found = event.data["output"];
    if (!isPossible(this.#possibleOutputs(), found)) {
      const wanted = JSON.stringify(this.#possibleOutputs()[0]);
      this.#say("the output is what the document says", `${JSON.stringify(found)}, not ${wanted}`);
    }
  }

  #possibleOutputs(): readonly unknown[] {
    const { output, steps } = this.#log.model;
    if (output.type === "default") {
      const leaves = steps.filter(({ id }) => !steps.some((other) => other.after.includes(id)));
      return [Object.fromEntries(leaves.map(({ id }) => [id, this.#run.step(id).output ?? null]))];
    }
    const id = memberOf(this.#run.step(output.step).output, "id") ?? null;
    if (output.type === "text") return [`got ${String(id)}`];
    // A run that a service completes may end while the sandbox computes its output.
    return this.#run.completing ? [{ id }, { id: null }] : [{ id }];
  }

  #join(step: StepModel): "run" | "skip" | "reject" | "wait" {
    if (step.after.length === 0) return "run";
    const parents = step.after.map((id) => this.#run.step(id));
    const passed = parents.some((parent) => parent.passed);
    const ended = parents.every((parent) => parent.status !== "pending" && parent.status !== "running");
    if (step.join === "any" && passed) return "run";
    if (!ended) return "wait";
    if (parents.some((parent) => parent.rejected)) return "reject";
    return passed ? "run" : "skip";
  }
}
