// What is undone after a bad end, in which order, and what the run says of it; and what is undone later, or again.

import type { Broken, DurableEvent, History } from "../history.ts";
import { checkUndoneItems } from "./check-undone-items.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { type RunLog, terminalTypes } from "./run-log.ts";
import { type Task, taskOf } from "./task-of.ts";
import { type UndoOrder, undoOrder } from "./undo-order.ts";
import { isBeginning, isEnd } from "./wait-log.ts";

export function checkCompensation(history: History): readonly Broken[] {
  return judgeRuns(history, (log, say) => new UndoCheck(log, say).check());
}

class UndoCheck {
  readonly #log: RunLog;
  readonly #say: Say;
  /** Everything that is to be undone, in order. */
  readonly #order: UndoOrder;
  /** A cancel asked for no compensation: what has ended may still be asked for it. */
  readonly #stopped: boolean;
  /** What became of the steps that were tried. */
  readonly #tried = new Map<string, "running" | "succeeded" | "failed">();
  /** Steps that have begun and not ended. */
  readonly #running = new Set<string>();
  /** What this round is to undo, and what it tried. */
  #wanted: readonly string[];
  #undone: string[] = [];
  #open: string | null = null;
  /** Neither under way nor asked to undo anything. */
  #over = false;

  constructor(log: RunLog, say: Say) {
    this.#log = log;
    this.#say = say;
    this.#order = undoOrder(log);
    this.#stopped = log.events.some(
      ({ type, data }) => type === "run.cancel_requested" && data["compensate"] === false,
    );
    this.#wanted = this.#order.steps;
  }

  check(): void {
    for (const event of this.#log.events) {
      this.#follow(event);
      const task = taskOf(this.#log, event);
      if (task?.undo === true) this.#undo(task);
      else if (event.type === "compensation.requested") this.#beginRound(event);
      else if (event.type === "compensation.ended") this.#endRound(event, false);
      else if (terminalTypes.has(event.type)) this.#endRun(event);
    }
    if (!this.#over) this.#checkOrder();
    checkUndoneItems(this.#log, this.#order, this.#stopped, this.#say);
  }

  #follow(event: DurableEvent): void {
    const step = String(event.data["step"]);
    if (isBeginning(event)) this.#running.add(step);
    if (isEnd(event)) this.#running.delete(step);
  }

  #undo({ step: { id }, item, name, verb }: Task): void {
    if (this.#over) this.#say("a terminal status is final", `${name} ${verb} after the end`);
    if (this.#running.size > 0)
      this.#say("compensation waits for what is in flight", `${id}, ${[...this.#running].join(", ")}`);
    if (item !== null) {
      if (this.#open !== id)
        this.#say("compensations come one after the other", `${name} while ${this.#open}`);
      return;
    }
    // One that cannot be made fails without having begun.
    if (verb === "started" || (verb === "failed" && this.#open !== id)) {
      if (this.#open !== null)
        this.#say("compensations come one after the other", `${id} while ${this.#open}`);
      this.#undone.push(id);
    }
    if (verb === "started") {
      this.#open = id;
      this.#tried.set(id, "running");
    } else if (verb === "succeeded" || verb === "failed") {
      this.#open = null;
      this.#tried.set(id, verb);
    }
  }

  #beginRound(event: DurableEvent): void {
    if (!this.#over) this.#say("only what has ended is asked to undo itself", event.type);
    const again = event.data["again"] === true;
    const before = this.#log.events.findLast(({ seq, data }) => seq < event.seq && "compensation" in data);
    if (again && before?.data["compensation"] !== "partial")
      this.#say("only a partial compensation is tried again", `${before?.data["compensation"]}`);
    this.#wanted = this.#order.steps.filter((id) => {
      const tried = this.#tried.get(id);
      return tried === undefined || (again && tried === "failed");
    });
    for (const id of this.#wanted) this.#tried.delete(id);
    this.#undone = [];
    this.#over = false;
  }

  #endRun(event: DurableEvent): void {
    if (event.type === "run.completed") {
      if (this.#undone.length > 0) this.#say("a run that completed is not undone", this.#undone.join(", "));
      this.#over = true;
      return;
    }
    const ending = this.#log.events.find(({ type }) => type === "run.ending");
    if (ending === undefined || `run.${ending.data["status"]}` !== event.type) {
      this.#say("the first cause names the status", `${event.type} after ${ending?.data["status"]}`);
    }
    this.#endRound(event, this.#stopped);
  }

  #endRound(event: DurableEvent, stopped: boolean): void {
    this.#checkOrder();
    this.#over = true;
    if (!stopped && this.#undone.length < this.#wanted.length) {
      const what = `${this.#undone.length} of ${this.#wanted.length}`;
      this.#say("everything that was accepted is undone", what);
    }
    const { steps } = this.#order;
    const complete = steps.every((id) => this.#tried.get(id) === "succeeded");
    const expected = this.#tried.size === 0 ? "none" : complete ? "complete" : "partial";
    if (event.data["compensation"] !== expected) {
      this.#say("the run says how far it was undone", `${event.data["compensation"]}, not ${expected}`);
    }
  }

  #checkOrder(): void {
    const [undone, wanted] = [this.#undone, this.#wanted];
    if (JSON.stringify(undone) === JSON.stringify(wanted.slice(0, undone.length))) return;
    const what = `${undone.join(", ")}, not ${wanted.join(", ")}`;
    this.#say("what was accepted is undone, the last end first", what);
  }
}
