// What the generated templates and expressions give, by the language's rules, over what a run has come to.

import { isListStrategy, type OverModel, type ScriptModel } from "../workload/language-model.ts";
import type { StepModel, WhenModel } from "../workload/model.ts";
import { memberOf, type RunLog } from "./run-log.ts";
import { entryOf, type RunSeen } from "./run-seen.ts";

interface Entry {
  readonly id: string;
  readonly n: number;
}

/** Any value that is allowed for one of two reasons, since the sandbox is asked when a step is ready and answers later. */
export type Possible = readonly unknown[];

export interface Reader {
  readonly log: RunLog;
  readonly run: RunSeen;
  /** Who reads, and for which item. */
  readonly step: StepModel;
  readonly item: number | null;
}

export function isPossible(possible: Possible, found: unknown): boolean {
  return possible.some((value) => sameJson(value, found));
}

/** Whatever the order of members: a table of Lua has none. */
export function sameJson(a: unknown, b: unknown): boolean {
  const [one, other] = [JSON.stringify(a ?? null), JSON.stringify(b ?? null)];
  return one === other || canonical(one) === canonical(other);
}

function canonical(text: string): string {
  const sorted = JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }) as unknown;
  return JSON.stringify(sorted);
}

/** A scalar: the id of a step's output, or of the last of a list of outputs. */
export function scalarOf({ log, run }: Reader, id: string | undefined): unknown {
  const step = log.model.steps.find((one) => one.id === id);
  if (step === undefined) return null;
  const { output } = run.step(step.id);
  if (!isListStrategy(step.strategy)) return memberOf(output, "id") ?? null;
  return memberOf(Array.isArray(output) ? output.at(-1) : null, "id") ?? null;
}

export function refsOf(reader: Reader): readonly unknown[] {
  const { log, run, step } = reader;
  return step.reads.map((id) => {
    const parent = log.model.steps.find((one) => one.id === id) as StepModel;
    if (parent.strategy === null || step.strategy !== null) return scalarOf(reader, id);
    const { output, items } = run.step(id);
    if (!step.readsResponses) return output ?? null;
    return items?.tasks.get(items.count - 1)?.responseStatus ?? null;
  });
}

/** What `item`, `batch`, `index` and `acc` give. */
export function itemFieldsOf({ run, step, item }: Reader): Readonly<Record<string, unknown>> {
  const { strategy } = step;
  const { items } = run.step(step.id);
  if (strategy === null || items === null || item === null) return {};
  const entry = entryOf(strategy, items, item);
  return {
    ...(strategy.type === "batch" ? { batch: entry } : { item: entry }),
    index: item,
    ...(strategy.type === "reduce" ? { acc: items.acc } : {}),
  };
}

export function possibleScript(reader: Reader, script: ScriptModel): Possible {
  const { log, run, step, item } = reader;
  switch (script.type) {
    case "input":
      return [log.input["n"]];
    case "large":
      return [large(log, script.limit).map(({ n }) => n)];
    case "step":
      return sinceReady(reader, script.step).map((output) => memberOf(output, "id") ?? null);
    case "item": {
      const { items } = run.step(step.id);
      if (step.strategy === null || items === null || item === null) return [];
      const entry = entryOf(step.strategy, items, item);
      if (step.strategy.type !== "batch") return [memberOf(entry, "n") ?? null];
      const chunk = entry as readonly unknown[];
      return [script.lang === "lua" ? chunk.length : chunk.flatMap((one) => own(one, "n"))];
    }
    case "time":
      return [];
  }
}

function own(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : [];
}

/** The output now, and null when it came only after the step was ready. */
function sinceReady({ run, step }: Reader, id: string): Possible {
  const { output, endedOrder } = run.step(id);
  const { readyOrder } = run.step(step.id);
  return readyOrder > 0 && endedOrder > readyOrder ? [output, null] : [output];
}

export function possibleOver(reader: Reader, over: OverModel): Possible {
  const { input } = reader.log;
  switch (over.type) {
    case "literal":
      return [over.entries.map(({ id, n }) => ({ id, n: n ?? input["n"] }))];
    case "trigger":
      return [input["list"]];
    case "large":
      return [large(reader.log, over.limit)];
    case "step":
      return sinceReady(reader, over.step);
  }
}

function large({ input }: RunLog, limit: number): readonly Entry[] {
  return (input["list"] as readonly Entry[]).filter(({ n }) => n > limit);
}

/** Whether the condition holds, or may have held when it was judged. */
export function possibleWhen(reader: Reader, when: WhenModel | null): readonly boolean[] {
  if (when === null) return [true];
  if (when.type === "flag") return [reader.log.input[when.name] === true];
  return sinceReady(reader, when.step).map((output) => Number(memberOf(output, "n") ?? 0) > when.limit);
}
