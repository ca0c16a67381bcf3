// What may follow what in the log of a run, told from the events alone.

import assert from "node:assert/strict";
import type { Workflow } from "../../src/language/workflow.ts";
import type { RunEvent } from "../../src/run/event.ts";

const terminal = new Set(["run.completed", "run.failed", "run.cancelled", "run.timed_out"]);
const ends = new Set(["succeeded", "failed", "cancelled", "rejected", "skipped", "carried"]);

interface Task {
  status: "new" | "open" | "ended";
  attempt: number;
  undo: "none" | "open" | "succeeded" | "failed";
  undoAttempt: number;
}

export class LogChecker {
  readonly #workflow: Workflow;
  readonly #tasks = new Map<string, Task>();
  readonly #counts = new Map<number, number>();
  #at = 0;
  #seq = 0;
  #ended = false;
  #reopened = false;

  constructor(workflow: Workflow) {
    this.#workflow = workflow;
  }

  /** Fails when `event` cannot stand behind those before it. */
  check(event: RunEvent): void {
    const { type } = event;
    this.#seq++;
    assert.ok(event.at >= this.#at, `${type} goes back in time`);
    this.#at = event.at;
    assert.equal(type === "run.created", this.#seq === 1, `${type} is event ${this.#seq}`);
    if (type === "compensation.requested") {
      assert.ok(this.#ended && !this.#reopened, "only a run that has ended is undone again");
      this.#reopened = true;
    } else if (type === "compensation.ended") {
      assert.ok(this.#reopened, "it was not reopened");
      this.#reopened = false;
    } else if (this.#ended) {
      assert.ok(this.#reopened && type.startsWith("compensation."), `${type} after the end`);
    }
    if (terminal.has(type)) this.#ended = true;
    if ("step" in event && event.step !== undefined) this.#checkTask(event);
  }

  #checkTask(event: RunEvent & { readonly step?: number; readonly item?: number }): void {
    const step = event.step as number;
    const item = event.item ?? null;
    assert.ok(Number.isInteger(step) && step >= 0 && step < this.#workflow.steps.length, `step ${step}`);
    if (event.type === "strategy.started") this.#counts.set(step, event.count);
    if (item !== null) {
      assert.ok(Number.isInteger(item) && item >= 0 && item < (this.#counts.get(step) ?? 0), `item ${item}`);
      assert.equal(this.#task(step, null).status === "new", false, "an item of a step that has not begun");
    }
    const task = this.#task(step, item);
    const [family, kind = ""] = event.type.split(".");
    if (family === "compensation") checkUndo(task, kind, event);
    else if (family === "step" || family === "item") checkProgress(task, kind, event);
    else if (kind === "started") task.status = opened(task, event.type === "wait.started");
  }

  #task(step: number, item: number | null): Task {
    const name = `${step}/${item}`;
    const known = this.#tasks.get(name);
    if (known !== undefined) return known;
    const task: Task = { status: "new", attempt: 0, undo: "none", undoAttempt: 0 };
    this.#tasks.set(name, task);
    return task;
  }
}

/** The wait of a callback follows its call. */
function opened(task: Task, again: boolean): "open" {
  assert.ok(task.status === "new" || (again && task.status === "open"), "it has begun before");
  return "open";
}

function checkProgress(task: Task, kind: string, event: RunEvent): void {
  if (kind === "started") {
    task.status = opened(task, false);
    task.attempt = 1;
  } else if (kind === "retrying" && "attempt" in event && "notBefore" in event) {
    assert.equal(task.status, "open");
    assert.equal(event.attempt, task.attempt + 1);
    assert.ok(event.notBefore >= event.at, "a retry in the past");
    task.attempt++;
  } else if (kind === "polled") {
    assert.equal(task.status, "open");
  } else if (ends.has(kind)) {
    assert.notEqual(task.status, "ended", `${event.type} of what has ended`);
    task.status = "ended";
  } else {
    assert.fail(`what is ${event.type}?`);
  }
}

function checkUndo(task: Task, kind: string, event: RunEvent): void {
  assert.equal(task.status, "ended", "what has not ended is undone");
  switch (kind) {
    case "started":
      assert.ok(task.undo === "none" || task.undo === "failed", `${task.undo}, and undone again`);
      task.undo = "open";
      task.undoAttempt = 1;
      break;
    case "retrying":
      assert.equal(task.undo, "open");
      task.undoAttempt++;
      assert.equal("attempt" in event && event.attempt, task.undoAttempt);
      break;
    case "polled":
    case "directed":
    case "computed":
      assert.equal(task.undo, "open");
      break;
    case "succeeded":
    case "failed":
      assert.notEqual(task.undo, "succeeded");
      task.undo = kind;
      break;
    default:
      assert.fail(`what is ${event.type}?`);
  }
}
