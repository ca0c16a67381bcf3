// The context of expressions: what a template may read of its run.

import type { Scope } from "../language/expression.ts";
import type { Workflow } from "../language/workflow.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { entryAt } from "../value/persistent-list.ts";
import { placeStored, storedAt, withMember } from "../value/stored-body.ts";
import type { Answer, TriggerData } from "./event.ts";
import type { Failure } from "./failure.ts";
import { itemsOfPages } from "./items-of-pages.ts";
import { type Place, stepAt } from "./place.ts";
import type { ItemsState, RunState, Signal, StepState, TaskState } from "./state.ts";

export interface RunScope extends Scope {
  readonly stores: boolean;
  readonly workflow: Workflow;
  /** Names besides `trigger`, `run` and `steps`. */
  readonly roots: Roots;
}

type Roots = Readonly<Record<string, Json>>;

const noRoots: Roots = {};

export function scopeOf(workflow: Workflow, state: RunState, roots: Roots = noRoots): RunScope {
  return {
    workflow,
    roots,
    stores: state.stores,
    root(name) {
      if (name === "trigger") return triggerValue(state.created.trigger);
      if (name === "run") return runValue(state);
      return Object.hasOwn(roots, name) ? roots[name] : undefined;
    },
    step(id) {
      const number = workflow.stepNumbers.get(id);
      return number === undefined ? undefined : stepValue(stepAt(state, number));
    },
  };
}

/** The scope of a task: with `item` and the like, and with its own step as that item where `own` is given. */
export function scopeAt(
  workflow: Workflow,
  state: RunState,
  place: Place,
  own: TaskState | null = null,
): RunScope {
  const scope = scopeOf(workflow, state, rootsAt(state, place));
  if (own === null) return scope;
  const { step } = scope;
  return { ...scope, step: (id) => (id === place.step.id ? taskValue(own) : step(id)) };
}

/** `item`, `index`, `batch`, `acc`, as far as the step's strategy has them. */
function rootsAt(state: RunState, { step, item }: Place): Roots {
  const { items } = stepAt(state, step.number);
  if (item === null || items === null || step.strategy === null) return noRoots;
  if (step.strategy.type === "batch") return { batch: itemValue(items, item), index: item };
  const roots = { item: itemValue(items, item), index: item };
  return step.strategy.type === "reduce" ? { ...roots, acc: items.acc } : roots;
}

/** The entry of an item, or the chunk of a batch: a list, however many entries a chunk has. */
export function itemValue({ over, size, strategy }: ItemsState, item: number): Json {
  return strategy === "batch" ? over.slice(item * size, (item + 1) * size) : (over[item] ?? null);
}

/** Of a query: the context itself, or a wildcard, a filter, several names, escapes behind it. A script has no `$` but in texts. */
const isQuery = /^\s*\$/;
const unnamedRoot = /\$(?!\s*(?:\.\s*[A-Za-z_]|\[\s*(?:'[\w-]+'|"[\w-]+")\s*\]))/;

/** It may read names that do not stand in its text. */
function readsUnnamed(source: string): boolean {
  return source.includes("_ENV") || (isQuery.test(source) && unnamedRoot.test(source));
}

/** Every step that is read stands in the text with its whole name: `steps.a`, `steps["a"]`. */
const anySteps = /\bsteps\b/g;
const namedSteps = /\bsteps(?:["']\s*\])?\s*(?:\.\s*[A-Za-z_][\w-]*|\[\s*(?:"[\w-]+"|'[\w-]+')\s*\])/g;

/**
 * Everything that an expression of another language may read: as little as its text names, since it travels to the
 * sandbox anew for each item of a strategy.
 */
export function contextOf(scope: RunScope, source: string): JsonObject {
  const all = readsUnnamed(source);
  const root = (name: string): JsonObject =>
    all || source.includes(name) ? { [name]: scope.root(name) ?? null } : {};
  return { ...scope.roots, ...root("trigger"), ...root("run"), steps: stepsOf(scope, source, all) };
}

function stepsOf(scope: RunScope, source: string, all: boolean): JsonObject {
  if (!all && !source.includes("steps")) return {};
  const ids = [...scope.workflow.stepNumbers.keys()];
  const named = ids.filter((id) => source.includes(id));
  const count = (pattern: RegExp) => source.match(pattern)?.length ?? 0;
  const byName = !all && count(anySteps) === count(namedSteps);
  const steps = (byName ? named : ids).map((id): [string, Json] => [id, scope.step(id) ?? null]);
  return Object.fromEntries(steps);
}

function triggerValue(trigger: TriggerData): Json {
  const value = {
    type: trigger.type,
    method: trigger.method,
    headers: trigger.headers,
    query: trigger.query,
    body: null,
    raw_body: null,
    event: trigger.event ?? null,
    scheduled_at: trigger.scheduledAt ?? null,
  };
  return withMember(withMember(value, "body", trigger, "body"), "raw_body", trigger, "rawBody");
}

function runValue(state: RunState): Json {
  const { created } = state;
  return {
    id: created.run,
    workflow: created.workflow,
    version: created.version,
    started_at: new Date(state.startedAt ?? state.createdAt).toISOString(),
  };
}

function stepValue(step: StepState): Json {
  return taskValue(step, step.items);
}

function taskValue(task: TaskState, items: ItemsState | null = null): JsonObject {
  const value = {
    status: task.status,
    output: null,
    response: responseValue(task),
    responses: items === null ? null : responsesOf(items),
    signal: task.signals?.length === 1 ? signalValue(task.signals[0] as Signal) : null,
    signals: task.signals === null ? null : signalsValue(task.signals),
    error: task.status !== "succeeded" && task.failure !== null ? errorValue(task.failure) : null,
  };
  return withOutput(value, "output", task);
}

/** `target` with the output of `task` as its `key`: moved, not read, when it is one stored body. */
export function withOutput<Target extends object>(
  target: Target,
  key: keyof Target & string,
  task: TaskState & { readonly items?: ItemsState | null },
): Target {
  const holder = outputHolder(task);
  if (holder !== null) return withMember(target, key, ...holder);
  return Object.assign(target, { [key]: stepOutput(task) });
}

/** The one object of which the output is a member, and its name there; null for an output that is made of several. */
function outputHolder(
  task: TaskState & { readonly items?: ItemsState | null },
): readonly [holder: object, name: string] | null {
  const { result, answer, signals, items = null } = task;
  switch (result?.type) {
    case "response":
      return [result, "body"];
    case "value":
      return [result, "value"];
    case "child":
      return [result, "output"];
    case "polled":
      return answer === null ? null : [answer, "body"];
    case "signals":
      return signals?.length === 1 ? [signals[0] as Signal, "body"] : null;
    case "items": {
      const winner = items?.strategy === "race" && items.winner !== null ? items.winner : null;
      const won = winner === null || items === null ? undefined : entryAt(items.tasks, winner);
      return won?.status === "succeeded" ? outputHolder(won) : null;
    }
    default:
      return null;
  }
}

const outputs = new WeakMap<ItemsState, Json>();

/** Response body, signal body, list of outputs, child's result or value of a step that succeeded, else null. */
export function stepOutput(task: TaskState & { readonly items?: ItemsState | null }): Json {
  const { result } = task;
  switch (result?.type) {
    case undefined:
    case "slept":
      return null;
    case "response":
      return result.body;
    case "value":
      return result.value;
    case "child":
      return result.output;
    case "polled":
      return task.answer?.body ?? null;
    case "paged":
      return itemsOfPages(task.pages, result.items);
    case "signals": {
      const { signals } = task;
      if (signals === null || signals.length === 0) return null;
      return signals.length === 1 ? (signals[0] as Signal).body : bodiesOf(signals);
    }
    case "items": {
      const { items } = task;
      if (items === null || items === undefined) return null;
      const output = outputs.get(items) ?? outputOfItems(items);
      outputs.set(items, output);
      return output;
    }
  }
}

/** Of a `reduce` the last `acc`, of a race the winner's output, else the outputs in the order of the list. */
function outputOfItems(items: ItemsState): Json {
  if (items.strategy === "race") return items.winner === null ? null : outputOfItem(items, items.winner);
  if (items.strategy === "reduce") return items.acc;
  const outputs = Array.from({ length: items.count }, (): Json => null);
  for (let item = 0; item < items.count; item++) {
    const task = entryAt(items.tasks, item);
    if (task?.status !== "succeeded") continue;
    const holder = outputHolder(task);
    const stored = holder === null ? null : storedAt(...holder);
    if (stored === null) outputs[item] = stepOutput(task);
    else placeStored(outputs, item, stored);
  }
  return outputs;
}

function outputOfItem(items: ItemsState, item: number): Json {
  const task = entryAt(items.tasks, item);
  return task?.status === "succeeded" ? stepOutput(task) : null;
}

/** Made once a state of the items: every item of a later strategy may read them. */
const responses = new WeakMap<ItemsState, Json>();

function responsesOf(items: ItemsState): Json {
  const known = responses.get(items) ?? responsesOfItems(items);
  responses.set(items, known);
  return known;
}

function responsesOfItems(items: ItemsState): Json {
  return Array.from({ length: items.count }, (_, item) => {
    const task = entryAt(items.tasks, item);
    if (task === undefined) return null;
    const response = responseValue(task) as JsonObject | null;
    const error = task.status === "failed" && task.failure !== null ? errorValue(task.failure) : null;
    const { status = null, headers = {} } = response ?? {};
    const value = { status, headers, body: null, error };
    if (response !== null) return withMember(value, "body", response, "body");
    return task.status === "succeeded" ? withOutput(value, "body", task) : value;
  });
}

function signalValue(signal: Signal): Json {
  return withMember({ name: signal.name, body: null }, "body", signal, "body");
}

function signalsValue(signals: readonly Signal[]): Json {
  return Object.fromEntries(signals.map((signal) => [signal.name, signalValue(signal)]));
}

function bodiesOf(signals: readonly Signal[]): Json {
  const bodies: Record<string, Json> = Object.fromEntries(signals.map(({ name }) => [name, null]));
  for (const signal of signals) withMember(bodies, signal.name, signal, "body");
  return bodies;
}

function responseValue(task: TaskState): Json {
  const { result, failure, answer } = task;
  if (result?.type === "response") return answerValue(result);
  if (result?.type === "paged") {
    const { status, headers } = result;
    return { status, headers, body: stepOutput(task) };
  }
  if (answer !== null) return answerValue(answer);
  if (result !== null || failure === null || failure.status === null) return null;
  const value = { status: failure.status, headers: failure.headers ?? {}, body: null };
  return withMember(value, "body", failure, "body");
}

function answerValue(answer: Answer): Json {
  const { status, headers } = answer;
  return withMember({ status, headers, body: null }, "body", answer, "body");
}

function errorValue(failure: Failure): Json {
  const { kind, code, message, status } = failure;
  return withMember({ kind, code, message, status, body: null }, "body", failure, "body");
}
