// Strategies: which items begin, in which order and how many at once, when they stop, and what becomes of the step.

import type { Broken, DurableEvent, History } from "../history.ts";
import { goesOnAfterFailure, type StrategyModel, startsMax, windowOf } from "../workload/language-model.ts";
import type { StepModel } from "../workload/model.ts";
import { isPossible, possibleOver, type Reader, sameJson } from "./expected-value.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { checkChildInput, checkRequest, checkValue } from "./request-of.ts";
import { failureOf, hasMember, memberOf, outputOf, type RunLog, stepOf } from "./run-log.ts";
import { type ItemsSeen, isRefused, isRejected, isStopped, RunSeen } from "./run-seen.ts";
import { itemOf } from "./task-of.ts";

export function checkStrategies(history: History): readonly Broken[] {
  return judgeRuns(history, (log, say) => {
    if (log.model.steps.some(({ strategy }) => strategy !== null)) new StrategyCheck(log, say).check();
  });
}

class StrategyCheck {
  readonly #log: RunLog;
  readonly #say: Say;
  readonly #run: RunSeen;
  #started = false;
  /** How many items of a step were begun by the last decision that began one, and in which unit. */
  readonly #begun = new Map<string, { readonly order: number; readonly items: number }>();

  constructor(log: RunLog, say: Say) {
    this.#log = log;
    this.#say = say;
    this.#run = new RunSeen(log);
  }

  check(): void {
    const { events } = this.#log;
    events.forEach((event, index) => {
      const step = stepOf(this.#log, event);
      if (event.type === "run.started") this.#started = true;
      // What a rerun carries over is judged beside the run that it goes again from.
      if (step !== null && step.strategy !== null && this.#started) this.#judge(step, step.strategy, event);
      this.#run.take(event);
      const next = events[index + 1];
      if (next !== undefined && next.order !== event.order && this.#started) this.#checkNothingLeft(event);
    });
  }

  #judge(step: StepModel, strategy: StrategyModel, event: DurableEvent): void {
    const { items } = this.#run.step(step.id);
    const item = itemOf(event);
    if (event.type === "strategy.started") this.#checkBegins(step, strategy, event);
    if (items === null) return;
    if (event.type === "step.succeeded") this.#checkSucceeds(step, strategy, items);
    if (event.type === "step.failed") this.#checkFails(step, strategy, items, event);
    if (event.type === "step.rejected" && (items.open.size > 0 || !isRejected(step, strategy, items)))
      this.#say("a strategy is rejected as its document says", step.id);
    if (event.type === "step.cancelled" && items.open.size > 0)
      this.#say("a strategy ends when its items have", `${step.id} is cancelled`);
    if (item === null) return;
    const reader = { log: this.#log, run: this.#run, step, item };
    if (event.type === "value.computed") this.#checkAcc(reader, strategy, items, event);
    if (event.type.startsWith("item.") || event.type === "child.started")
      this.#judgeItem(reader, strategy, items, event);
  }

  #checkBegins(step: StepModel, strategy: StrategyModel, { data }: DurableEvent): void {
    const reader = { log: this.#log, run: this.#run, step, item: null };
    const possible = possibleOver(reader, strategy.over);
    const over = data["over"] as readonly unknown[];
    if (!isPossible(possible, over)) {
      const wanted = JSON.stringify(possible[0]);
      this.#say("a strategy repeats over its list", `${step.id}: ${JSON.stringify(over)}, not ${wanted}`);
    }
    if (data["count"] !== Math.ceil(over.length / strategy.size))
      this.#say("a batch is cut into chunks of its size", `${step.id}: ${data["count"]} of ${over.length}`);
    const { reduce } = strategy;
    const initial = reduce === null ? null : reduce.type === "list" ? [] : this.#log.input["n"];
    if (!sameJson(data["initial"], initial))
      this.#say("a reduction begins with `initial`", `${step.id}: ${JSON.stringify(data["initial"])}`);
  }

  #judgeItem(reader: Reader, strategy: StrategyModel, items: ItemsSeen, event: DurableEvent): void {
    const { step } = reader;
    const item = reader.item as number;
    const known = items.tasks.get(item);
    if (event.type.endsWith(".started") || known === undefined) {
      // A value begins and ends at once; so does a request that cannot be made.
      this.#checkStarts(step, strategy, items, item);
      const last = this.#begun.get(step.id);
      const before = last?.order === event.order ? last.items : 0;
      this.#begun.set(step.id, { order: event.order, items: before + 1 });
      if (event.type === "item.started") checkRequest(reader, event, this.#say);
      if (event.type === "child.started") checkChildInput(reader, event, this.#say);
    } else if (known.status !== "running") {
      this.#say("an item ends once", `${step.id}[${item}]: ${event.type} after it ${known.status}`);
    }
    if (event.type === "item.succeeded") {
      if (step.kind === "value") checkValue(reader, event, outputOf(event), this.#say);
      if (strategy.type === "race" && items.winner !== null)
        this.#say("a race has one winner", `${step.id}: ${items.winner} and ${item}`);
    }
    if (event.type === "item.retrying" && this.#run.ending !== null)
      this.#say("a run that ends retries nothing", `${step.id}[${item}]`);
    if (event.type === "item.cancelled") this.#checkCancelled(step, strategy, items, event);
  }

  #checkStarts(step: StepModel, strategy: StrategyModel, items: ItemsSeen, item: number): void {
    const name = `${step.id}[${item}]`;
    if (item !== items.next) this.#say("items begin once, in the order of the list", `${name} is not next`);
    if (item >= items.count)
      this.#say("items begin once, in the order of the list", `${name} of ${items.count}`);
    if (this.#run.paused) this.#say("nothing new starts while a run is paused", name);
    if (isStopped(this.#run, step, strategy, items))
      this.#say("no item begins after a failure, a winner or a bad end", name);
    if (items.open.size >= windowOf(strategy))
      this.#say("no more items at once than the window", `${name} beside ${items.open.size}`);
    if (strategy.type === "reduce" && items.accumulated !== items.succeeded)
      this.#say("an item of a reduction begins after the value before it", name);
  }

  /** Only an end of the run, a winner or the step's own timeout drops items. */
  #checkCancelled(step: StepModel, strategy: StrategyModel, items: ItemsSeen, event: DurableEvent): void {
    const won = strategy.type === "race" && items.winner !== null;
    const unit = this.#log.events.filter(({ order }) => order === event.order);
    const timedOut = unit.some(
      ({ type, data }) =>
        type === "step.failed" &&
        data["step"] === event.data["step"] &&
        failureOf({ data } as DurableEvent).kind === "step_timeout",
    );
    const failing = this.#run.step(step.id).items?.failing === true;
    if (this.#run.ending === null && !this.#run.completing && !won && !timedOut && !failing)
      this.#say(
        "an item is cancelled only when the run ends or a race is won",
        `${step.id}[${itemOf(event)}]`,
      );
  }

  #checkAcc(reader: Reader, strategy: StrategyModel, items: ItemsSeen, event: DurableEvent): void {
    const { reduce } = strategy;
    const task = items.tasks.get(reader.item as number);
    if (task?.status === "running" || reduce === null) return;
    const say = (what: string) =>
      this.#say("a reduction goes item after item", `${reader.step.id}[${reader.item}]: ${what}`);
    if (reader.item !== items.accumulated) say(`it is item ${items.accumulated}'s turn`);
    if (task?.status !== "succeeded") say("it has not succeeded");
    const found = event.data["value"];
    const id = memberOf(task?.output, "id") ?? null;
    // JSON's null is a value in Lua.
    const keeps = reduce.lang === "lua" ? !hasMember(task?.output, "id") : id === null;
    const last = keeps && reduce.lang !== "jsonpath" ? items.acc : id;
    const wanted = reduce.type === "list" ? [...(items.acc as readonly unknown[]), reader.item] : last;
    if (!sameJson(found, wanted)) say(`acc is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }

  #checkSucceeds(step: StepModel, strategy: StrategyModel, items: ItemsSeen): void {
    const say = (what: string) =>
      this.#say("a strategy succeeds as its document says", `${step.id}: ${what}`);
    if (items.open.size > 0) say(`${items.open.size} items are under way`);
    if (strategy.type === "race") {
      if (items.winner === null) say("nobody has won");
      return;
    }
    if (items.next < items.count) say(`${items.count - items.next} items have not begun`);
    if (!isEnough(strategy, items) || isRefused(step, strategy, items))
      say(`${items.succeeded} of ${items.count} succeeded`);
    if (strategy.type === "reduce" && items.accumulated !== items.count) say("acc is not the last");
  }

  #checkFails(step: StepModel, strategy: StrategyModel, items: ItemsSeen, event: DurableEvent): void {
    const { kind } = failureOf(event);
    if (kind === "step_timeout") return;
    const say = (what: string) => this.#say("a strategy fails as its document says", `${step.id}: ${what}`);
    if (items.open.size > 0) say(`${items.open.size} items are under way`);
    const all = items.next >= items.count;
    if (!all && !isStopped(this.#run, step, strategy, items)) say("items have not begun");
    const isFine = all && isEnough(strategy, items) && !isRefused(step, strategy, items);
    if (strategy.type === "race" ? items.winner !== null : isFine) say(kind);
    if (isRejected(step, strategy, items)) say(`${kind}, and not rejected`);
  }

  /** A unit is decided to its end: what may begin has begun, and what is over has ended. */
  #checkNothingLeft(event: DurableEvent): void {
    for (const step of this.#log.model.steps) {
      const { strategy } = step;
      const { status, items } = this.#run.step(step.id);
      if (strategy === null || items === null || status !== "running" || this.#run.completing) continue;
      const computes = step.script !== null || (strategy.reduce !== null && strategy.reduce.lang !== "path");
      if (computes && this.#run.ending === null) continue;
      const stopped = isStopped(this.#run, step, strategy, items);
      const mayBegin = !stopped && items.next < items.count;
      // A decision begins so many and no more; the next comes of itself.
      if (mayBegin && (this.#run.paused || this.#begun.get(step.id)?.items === startsMax)) continue;
      if (mayBegin && items.open.size < windowOf(strategy))
        this.#say("an item that may begin begins", `${step.id}[${items.next}] after ${event.type}`);
      if (!mayBegin && items.open.size === 0)
        this.#say("a strategy ends when its items have", `${step.id} after ${event.type}`);
    }
  }
}

function isEnough(strategy: StrategyModel, items: ItemsSeen): boolean {
  if (strategy.minSuccess !== null) return items.succeeded >= strategy.minSuccess;
  return goesOnAfterFailure(strategy) || (items.failed === 0 && items.succeeded === items.count);
}
