// Order and outcome: a small model of joins and conditions, written anew from the language's rules.

import type { Broken, DurableEvent, History } from "../history.ts";
import { hasBody } from "../workload/document-of.ts";
import type { StepModel } from "../workload/model.ts";
import { memberOf, outputOf, type RunLog, runLogs, stepOf } from "./run-log.ts";

interface StepSeen {
  status: "pending" | "running" | "succeeded" | "failed" | "skipped" | "cancelled";
  passed: boolean;
  output: unknown;
}

interface RecordedRequest {
  readonly headers: readonly (readonly [name: string, value: unknown])[];
  readonly body: { readonly value: unknown } | null;
}

type Say = (promise: string, what: string) => void;

export function checkOrder(history: History): readonly Broken[] {
  return runLogs(history).flatMap((log) => {
    const broken: Broken[] = [];
    new OrderCheck(log, (promise, what) => broken.push({ promise, run: log.run.run, what })).check();
    return broken;
  });
}

class OrderCheck {
  readonly #log: RunLog;
  readonly #say: Say;
  readonly #steps: Map<string, StepSeen>;
  #ending = false;
  #endingAt = 0;
  /** When the announced attempt of a running step is due. */
  readonly #notBefore = new Map<string, number>();

  constructor(log: RunLog, say: Say) {
    this.#log = log;
    this.#say = say;
    this.#steps = new Map(
      log.model.steps.map(({ id }) => [id, { status: "pending", passed: false, output: null }]),
    );
  }

  check(): void {
    const { events } = this.#log;
    events.forEach((event, index) => {
      this.#take(event);
      const next = events[index + 1];
      // A unit is decided to its end: what is ready at its end has been decided.
      if (next === undefined || next.order === event.order) return;
      if (this.#ending) this.#checkNoRetryWaits();
      else this.#checkNothingReady(event);
    });
  }

  #take(event: DurableEvent): void {
    if (event.type === "run.ending") {
      this.#ending = true;
      this.#endingAt = event.at;
      for (const seen of this.#steps.values()) if (seen.status === "pending") seen.status = "cancelled";
    }
    if (event.type === "run.completed") this.#checkCompleted(event);
    const step = stepOf(this.#log, event);
    if (step === null || !event.type.startsWith("step.")) return;
    const seen = this.#steps.get(step.id) as StepSeen;
    if (seen.status === "pending") this.#checkDecided(step, event);
    switch (event.type) {
      case "step.started":
        this.#checkBegins(step, seen, event);
        seen.status = "running";
        return;
      case "step.retrying":
        this.#notBefore.set(step.id, Number(event.data["notBefore"]));
        if (this.#ending) this.#say("a run that ends retries nothing", step.id);
        if (seen.status !== "running") this.#say("only a running step is retried", step.id);
        return;
      case "step.succeeded":
        if (step.kind === "value") this.#checkValue(step, event);
        seen.status = "succeeded";
        seen.passed = true;
        seen.output = outputOf(event);
        return;
      case "step.failed":
        seen.status = "failed";
        seen.passed = step.onError === "continue";
        if (event.data["passed"] !== seen.passed)
          this.#say("on_error says whether a failed step passed", step.id);
        if (!seen.passed && !this.#ending) this.#checkEndsNow(event);
        return;
      case "step.skipped":
        seen.status = "skipped";
        return;
      case "step.cancelled":
        seen.status = "cancelled";
        if (!this.#ending) this.#say("a step is cancelled only when the run ends", step.id);
    }
  }

  #checkDecided(step: StepModel, event: DurableEvent): void {
    if (this.#ending) {
      this.#say("nothing new starts once a run ends", `${event.type} of ${step.id}`);
      return;
    }
    const joined = this.#join(step);
    const holds = joined === "run" && this.#holds(step);
    const expected = joined === "wait" ? "nothing yet" : holds ? "its start" : "that it is skipped";
    const skipped = event.type === "step.skipped";
    const right = joined !== "wait" && skipped === !holds;
    if (!right)
      this.#say("a step is decided by after, join and when", `${event.type} of ${step.id}, not ${expected}`);
  }

  #checkBegins(step: StepModel, seen: StepSeen, event: DurableEvent): void {
    if (seen.status !== "pending") this.#say("a step begins once", step.id);
    const request = event.data["request"] as RecordedRequest;
    const refs = step.reads.map((id) => memberOf(this.#steps.get(id)?.output ?? null, "id") ?? null);
    const wanted = JSON.stringify(this.#expectedBody(step, refs));
    const found = JSON.stringify(request.body === null ? null : request.body.value);
    if (found !== wanted) {
      this.#say("templates are evaluated over the outcomes so far", `${step.id}: ${found}, not ${wanted}`);
    }
    const header = request.headers.find(([name]) => name === "x-ref")?.[1] ?? null;
    if (header !== expectedHeader(step, refs[0])) {
      this.#say("a header is left out when it is null", `${step.id}: ${JSON.stringify(header)}`);
    }
  }

  #expectedBody(step: StepModel, refs: readonly unknown[]): unknown {
    const { input } = this.#log;
    if (!hasBody(step.method)) return null;
    if (step.sends === "text") return `order ${String(input["order"])}, n ${String(input["n"])}`;
    const body = { order: input["order"], refs, note: `n=${String(input["n"])}` };
    return step.secret !== null && step.secretPlace === "body" ? { ...body, token: null } : body;
  }

  #checkValue(step: StepModel, event: DurableEvent): void {
    const { input } = this.#log;
    const refs = step.reads.map((id) => memberOf(this.#steps.get(id)?.output ?? null, "id") ?? null);
    const wanted = JSON.stringify({ id: input["order"], n: input["n"], refs });
    const found = JSON.stringify(outputOf(event));
    if (found !== wanted) {
      this.#say("templates are evaluated over the outcomes so far", `${step.id}: ${found}, not ${wanted}`);
    }
  }

  /** A failure that ends the run is followed by its ending in the same append. */
  #checkEndsNow(event: DurableEvent): void {
    const next = this.#log.events[event.seq];
    if (next?.type !== "run.ending" || next.order !== event.order) {
      this.#say("the first failure ends the run", `${next?.type ?? "nothing"} follows it`);
    }
  }

  #checkNothingReady(event: DurableEvent): void {
    for (const step of this.#log.model.steps) {
      if (this.#steps.get(step.id)?.status === "pending" && this.#join(step) !== "wait") {
        this.#say("a step that can be decided is decided", `${step.id} after ${event.type}`);
      }
    }
  }

  /** A retry that was not due when the run began to end is dropped at once. */
  #checkNoRetryWaits(): void {
    for (const [id, { status }] of this.#steps) {
      if (status === "running" && (this.#notBefore.get(id) ?? 0) > this.#endingAt) {
        this.#say("pending retries are dropped when a run ends", id);
      }
    }
  }

  #checkCompleted(event: DurableEvent): void {
    if (this.#ending) this.#say("a run that ends badly does not complete", "it completed");
    for (const [id, { status }] of this.#steps) {
      if (status === "pending" || status === "running")
        this.#say("a run completes when every step has ended", id);
    }
    const wanted = JSON.stringify(this.#expectedOutput());
    const found = JSON.stringify(event.data["output"]);
    if (found !== wanted) this.#say("the output is what the document says", `${found}, not ${wanted}`);
  }

  #expectedOutput(): unknown {
    const { output, steps } = this.#log.model;
    if (output.type === "text") {
      return `got ${String(memberOf(this.#steps.get(output.step)?.output ?? null, "id"))}`;
    }
    const leaves = steps.filter(({ id }) => !steps.some((other) => other.after.includes(id)));
    return Object.fromEntries(leaves.map(({ id }) => [id, this.#steps.get(id)?.output ?? null]));
  }

  #join(step: StepModel): "run" | "skip" | "wait" {
    if (step.after.length === 0) return "run";
    const parents = step.after.map((id) => this.#steps.get(id) as StepSeen);
    const passed = parents.some((parent) => parent.passed);
    const ended = parents.every((parent) => parent.status !== "pending" && parent.status !== "running");
    if (step.join === "any" && passed) return "run";
    if (!ended) return "wait";
    return passed ? "run" : "skip";
  }

  #holds(step: StepModel): boolean {
    const { when } = step;
    if (when === null) return true;
    if (when.type === "flag") return this.#log.input[when.name] === true;
    const n = memberOf(this.#steps.get(when.step)?.output ?? null, "n");
    return Number(n ?? 0) > when.limit;
  }
}

/** Any value but null is written as text. */
function expectedHeader(step: StepModel, ref: unknown): string | null {
  if (!step.refHeader || ref === null || ref === undefined) return null;
  return typeof ref === "string" ? ref : JSON.stringify(ref);
}
