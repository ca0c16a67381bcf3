// Going again: what is carried over and what is run again, and that nothing carried is done once more.

import {
  type Broken,
  type Call,
  type DurableEvent,
  type History,
  modelKey,
  type RerunAsked,
} from "../history.ts";
import { sameJson } from "./expected-value.ts";
import type { Say } from "./judge-runs.ts";
import { type Ended, endsOf, mayEditInput, type Plan, planOf, type StepEnded } from "./rerun-plan.ts";
import { type RunLog, runLogs, stepOf, upTo } from "./run-log.ts";
import { itemOf, taskName } from "./task-of.ts";
import { outcomesOf } from "./undo-order.ts";
import { holdersThrough, stepsUndoneElsewhere } from "./undone-elsewhere.ts";

type Logs = ReadonlyMap<string, RunLog>;

export function checkReruns(history: History): readonly Broken[] {
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const broken: Broken[] = history.reruns.flatMap((asked) => checkAnswer(history, logs, asked));
  const calls = new Map<string, Call[]>();
  for (const call of history.calls) calls.set(call.run, [...(calls.get(call.run) ?? []), call]);
  for (const log of logs.values()) {
    const of = log.events[0]?.data["rerunOf"];
    if (typeof of !== "string") continue;
    const say: Say = (promise, what) => broken.push({ promise, run: log.run.run, what });
    const asked = history.reruns.filter((one) => one.of === of);
    const mine = asked.find(({ created }) => created === log.run.run);
    const old = logs.get(of);
    if (old === undefined || (asked.length === 0 && !isByBulk(history, log, of)))
      say("no run goes again unasked", of);
    else {
      const began = mine?.beganOrder ?? (history.exclusive ? bornAt(log) : 0);
      const check = new CarriedCheck({ logs, log, old, began, calls: calls.get(log.run.run) ?? [], say });
      check.check(mine ?? null);
    }
  }
  return broken;
}

function bornAt({ events }: RunLog): number {
  return events[0]?.order ?? 0;
}

/** A bulk action made it, or may have. */
function isByBulk({ bulks }: History, { run }: RunLog, of: string): boolean {
  return bulks.some(({ tenant, action, results, total }) => {
    if (tenant !== run.tenant || action !== "rerun") return false;
    return results.length < total || total === 0 || results.some((result) => result.run === of);
  });
}

/** Codes that say nothing of what was asked. */
const elsewhere: ReadonlySet<string> = new Set(["run_not_ended", "version_not_found"]);

/** A rerun that cannot be is refused for its reason; one that was acknowledged is there. */
function checkAnswer(history: History, logs: Logs, asked: RerunAsked): readonly Broken[] {
  const { of, from, created, code, beganOrder, heardOrder } = asked;
  const say = (promise: string, what: string): readonly Broken[] => [{ promise, run: of, what }];
  const reasons = [beganOrder, heardOrder].map((order) => refusalOf(history, logs, asked, order));
  const wanted = reasons.includes(null) ? null : (reasons[0] ?? null);
  if (created === null) {
    if (code === null || reasons.includes(code) || elsewhere.has(code)) return [];
    const gone = history.forgotten.runs.get(of);
    if (code === "run_not_found" && gone !== undefined && gone.order < heardOrder) return [];
    if (code === "workflow_deleted" && isDeleted(history, logs.get(of), heardOrder)) return [];
    return say("a rerun is refused only for its reason", `${from.join(", ")}: ${code}, not ${wanted}`);
  }
  if (wanted !== null) return say("a rerun that cannot be is refused", `${from.join(", ")}: ${wanted}`);
  const born = logs.get(created)?.events[0];
  if (born === undefined) return say("what was acknowledged is never lost", `the rerun ${created}`);
  return born.order > heardOrder ? say("nothing is told before it is durable", `the rerun ${created}`) : [];
}

/** Somebody had asked for that before. */
function isDeleted({ steered }: History, log: RunLog | undefined, order: number): boolean {
  return steered.deletions.some(
    ({ tenant, workflow, beganOrder }) =>
      tenant === log?.run.tenant && workflow === log.model.name && beganOrder < order,
  );
}

/** By what other runs had undone until `order`. */
function refusalOf(
  history: History,
  logs: Logs,
  { of, from, version, body }: RerunAsked,
  order: number,
): string | null {
  const old = logs.get(of);
  if (old === undefined) return null;
  const name = modelKey(old.model.name, version ?? old.model.version);
  const after = history.models.get(`${old.run.tenant}/${name}`);
  if (after === undefined) return null;
  const plan = planOf(upTo(old, order), after, from, stepsUndoneElsewhere(logs, old, order));
  if (typeof plan === "string") return plan;
  return body === null || mayEditInput(plan, after) ? null : "rerun_body_not_allowed";
}

interface Carrier {
  readonly logs: Logs;
  readonly log: RunLog;
  readonly old: RunLog;
  /** When it was asked for, or as late as is known: what others had undone by then was to be seen. */
  readonly began: number;
  readonly calls: readonly Call[];
  readonly say: Say;
}

class CarriedCheck {
  readonly #logs: Logs;
  readonly #began: number;
  readonly #log: RunLog;
  readonly #old: RunLog;
  readonly #calls: readonly Call[];
  readonly #say: Say;
  readonly #ends: ReadonlyMap<string, StepEnded>;
  readonly #outcomes: ReturnType<typeof outcomesOf>;
  /** By name of the step or item. */
  readonly #carried = new Map<string, DurableEvent>();
  /** Names of steps and items that began. */
  readonly #begun = new Set<string>();

  constructor({ logs, log, old: whole, began, calls, say }: Carrier) {
    // It may have undone more since.
    const old = upTo(whole, bornAt(log));
    this.#logs = logs;
    this.#began = began;
    this.#log = log;
    this.#old = old;
    this.#calls = calls;
    this.#say = say;
    this.#ends = endsOf(old);
    this.#outcomes = outcomesOf(old);
    for (const event of log.events) {
      const step = stepOf(log, event);
      if (step === null) continue;
      const name = taskName(step, itemOf(event), false);
      if (event.type.endsWith(".carried")) this.#carried.set(name, event);
      else if (/^(?:step|item|wait|child|sleep)\.started$/.test(event.type)) this.#begun.add(name);
    }
  }

  check(asked: RerunAsked | null): void {
    const { model, input } = this.#log;
    if (asked !== null) {
      const [undone, late] = [this.#began, bornAt(this.#log)].map((order) =>
        stepsUndoneElsewhere(this.#logs, this.#old, order),
      ) as [ReadonlySet<string>, ReadonlySet<string>];
      const plan = planOf(this.#old, model, asked.from, undone);
      // What is undone while it is asked for may have been seen or not.
      if (typeof plan !== "string" && undone.size === late.size) this.#checkPlan(plan);
      if (model.version !== (asked.version ?? this.#old.model.version))
        this.#say("a rerun is of the version that was named", String(model.version));
      if (!sameJson(input, asked.body ?? this.#old.input))
        this.#say("a rerun has the input that was given", JSON.stringify(input));
    }
    const undone = stepsUndoneElsewhere(this.#logs, this.#old, this.#began);
    for (const event of this.#carried.values()) {
      this.#checkCarried(event);
      this.#checkShared(event, undone);
    }
    const steps = new Set([...this.#carried.values()].map((event) => stepOf(this.#log, event)));
    for (const step of steps) if (step !== null && step.strategy !== null) this.#checkList(step.id);
  }

  #checkPlan(plan: Plan): void {
    for (const step of this.#log.model.steps) {
      const runs = plan.again.has(step.id) || plan.items.has(step.id);
      this.#checkWhether(taskName(step, null, false), !runs);
      const end = this.#ends.get(step.id);
      for (let item = 0; item < (end?.items?.count ?? 0); item++) {
        const known = end?.items?.ended.get(item);
        const whole = plan.again.has(step.id) || end === undefined || known === undefined;
        const kept = !whole && isKept(plan, step.id, end, item, known);
        this.#checkWhether(taskName(step, item, false), kept);
      }
    }
  }

  #checkWhether(name: string, carried: boolean): void {
    if (this.#carried.has(name) === carried) return;
    this.#say(
      "passed outcomes are carried, others are run again",
      `${name} is ${carried ? "run again" : "carried"}`,
    );
  }

  #checkCarried(event: DurableEvent): void {
    const step = stepOf(this.#log, event);
    if (step === null) return;
    const item = itemOf(event);
    const name = taskName(step, item, false);
    const { status, result, ...reached } = event.data["outcome"] as Ended & Reached;
    const old = this.#ends.get(step.id);
    const end = item === null ? old : old?.items?.ended.get(item);
    if (end === undefined || end.status !== status || !sameJson(end.result, result))
      this.#say("what is carried is what was", `${name}: ${status}, it was ${end?.status}`);
    if (
      this.#begun.has(name) ||
      this.#calls.some((call) => call.step === step.id && call.item === item && !call.undo)
    )
      this.#say("what is carried is not done again", name);
    this.#checkReached(step.id, item, reached, name);
  }

  /** What another run has undone is not there any more, and what one may still undo is not to be built on. */
  #checkShared(event: DurableEvent, undone: ReadonlySet<string>): void {
    const step = stepOf(this.#log, event);
    if (step === null) return;
    const item = itemOf(event);
    const name = taskName(step, item, false);
    if (undone.has(step.id)) this.#say("what another run has undone is not carried", name);
    if (!isReached(event)) return;
    const when = { began: this.#began, until: bornAt(this.#log) };
    for (const other of holdersThrough(this.#logs, this.#log, { step: step.id, item }, when)) {
      // What it took over and never reached a service it does not undo.
      const same = (one: DurableEvent) => stepOf(other, one)?.id === step.id && itemOf(one) === item;
      const carried = other.events.find((one) => one.type.endsWith(".carried") && same(one));
      if (carried !== undefined && !isReached(carried)) continue;
      const there = other.model.steps.find(({ id }) => id === step.id);
      if (there?.kind === "child" || (there?.compensate ?? null) !== null)
        this.#say("what another run may undo is not carried", `${name}: ${other.run.run}`);
    }
  }

  /** Whether it is to be undone goes along. */
  #checkReached(step: string, item: number | null, { accepted, unknown }: Reached, name: string): void {
    const outcome = this.#outcomes.get(step)?.get(item);
    const repeats = this.#log.model.steps.some(({ id, strategy }) => id === step && strategy !== null);
    // What is undone of a strategy is its items.
    if (outcome === undefined || (repeats && item === null)) return;
    if (accepted !== outcome.accepted || (unknown === true) !== outcome.unknown) {
      const what = `${name}: accepted ${accepted}, unknown ${unknown}`;
      this.#say("what is carried is undone as it would have been", what);
    }
  }

  #checkList(id: string): void {
    const started = this.#log.events.find(
      (event) => event.type === "strategy.started" && stepOf(this.#log, event)?.id === id,
    );
    const list = started === undefined ? undefined : JSON.stringify(started.data["over"]);
    if (list !== this.#ends.get(id)?.items?.list)
      this.#say("what is carried is what was", `the list of ${id}`);
  }
}

/** Of what was carried over: a service accepted it, or it may have. */
function isReached({ data }: DurableEvent): boolean {
  const { accepted, unknown } = data["outcome"] as Reached;
  return accepted || unknown === true;
}

interface Reached {
  readonly accepted: boolean;
  readonly unknown?: boolean;
}

/** Of a step that runs again in part, items that succeeded are kept, and all of one that succeeded, unless chosen. */
function isKept({ items }: Plan, id: string, step: StepEnded, item: number, end: Ended): boolean {
  const chosen = items.get(id);
  if (chosen === undefined) return true;
  return !chosen.has(item) && (end.status === "succeeded" || step.status === "succeeded");
}
