// What a step says beyond a plain call, as its document says it.

import type {
  Lang,
  OverModel,
  PollModel,
  ReduceModel,
  ScriptModel,
  SleepModel,
  StrategyModel,
} from "./language-model.ts";
import type { StepModel, WhenModel } from "./model.ts";

interface Expr {
  readonly expr: string;
  readonly lang: Lang;
}

export function strategyDocument(strategy: StrategyModel): unknown {
  const { type, over, concurrency, size, onError, minSuccess, reduce } = strategy;
  const tolerant = type !== "race" && type !== "reduce";
  return {
    type,
    over: overOf(over),
    ...(concurrency === null ? {} : { concurrency }),
    ...(type === "batch" ? { size } : {}),
    ...(tolerant && onError === "continue" ? { on_error: onError } : {}),
    ...(minSuccess === null ? {} : { min_success: minSuccess }),
    ...(reduce === null ? {} : reduceOf(reduce)),
  };
}

function overOf(over: OverModel): unknown {
  switch (over.type) {
    case "literal":
      return over.entries.map(({ id, n }) => ({ id, n: n ?? "{{ trigger.body.n }}" }));
    case "trigger":
      if (over.lang === "path") return "trigger.body.list";
      return inSandbox(over.lang, "$.trigger.body.list", "return trigger.body.list");
    case "large":
      return inSandbox(
        over.lang,
        `$.trigger.body.list[?@.n > ${over.limit}]`,
        luaFilter(over.limit, "entry"),
      );
    case "step":
      if (over.lang === "path") return `steps.${over.step}.output`;
      return inSandbox(over.lang, `$.steps['${over.step}'].output`, `return steps["${over.step}"].output`);
  }
}

function luaFilter(limit: number, taken: string): string {
  const loop = `for _, entry in ipairs(trigger.body.list) do if entry.n > ${limit} then found[#found + 1] = ${taken} end end`;
  return `local found = json.array {} ${loop} return found`;
}

function inSandbox(lang: Lang, jsonpath: string, lua: string): Expr {
  return { expr: lang === "lua" ? lua : jsonpath, lang };
}

function reduceOf({ type, lang }: ReduceModel): object {
  if (type === "list") return { initial: [], expr: "acc[#acc + 1] = index return acc", lang };
  const initial = "{{ trigger.body.n }}";
  if (lang === "path") return { initial, expr: "result.id ?? acc" };
  const lua = 'if type(result) ~= "table" or result.id == nil then return acc end return result.id';
  return { initial, ...inSandbox(lang, "$.result.id", lua) };
}

export function pollDocument(id: string, { everyMs, maxMs, lang }: PollModel): unknown {
  const lua = `local body = steps["${id}"].response.body return type(body) == "table" and body.busy == true`;
  const path = `steps.${id}.response.body.busy == true`;
  return {
    while: lang === "path" ? path : inSandbox(lang, `$.steps['${id}'].response.body.busy`, lua),
    every: `${everyMs}ms`,
    max: `${maxMs}ms`,
  };
}

export function sleepDocument(sleep: SleepModel): unknown {
  if (sleep.type === "for") return `${sleep.ms}ms`;
  if (sleep.lang === "path") return { until: "{{ trigger.body.wake }}" };
  return { until: inSandbox(sleep.lang, "$.trigger.body.wake", "return trigger.body.wake") };
}

export function whenDocument(when: WhenModel, lang: Lang): unknown {
  if (when.type === "flag") {
    if (lang === "jsonpath") return { expr: `$.trigger.body.${when.name}`, lang };
    // A bare text that begins with `return` is Lua.
    return lang === "lua" ? `return trigger.body.${when.name}` : `trigger.body.${when.name} == true`;
  }
  if (lang !== "lua") return `(steps.${when.step}.output.n ?? 0) > ${when.limit}`;
  const output = `local output = steps["${when.step}"].output`;
  return `return (function() ${output} if type(output) ~= "table" then return 0 end return output.n or 0 end)() > ${when.limit}`;
}

export function scriptDocument(script: ScriptModel, strategy: StrategyModel | null): Expr {
  const { lang } = script;
  switch (script.type) {
    case "input":
      return inSandbox(lang, "$.trigger.body.n", "return trigger.body.n");
    case "large":
      return inSandbox(
        lang,
        `$.trigger.body.list[?@.n > ${script.limit}].n`,
        luaFilter(script.limit, "entry.n"),
      );
    case "step": {
      const lua = `local output = steps["${script.step}"].output return type(output) == "table" and output.id or null`;
      return inSandbox(lang, `$.steps['${script.step}'].output.id`, lua);
    }
    case "item":
      if (strategy?.type === "batch") return inSandbox(lang, "$.batch[*].n", "return #batch");
      return inSandbox(lang, "$.item.n", 'return type(item) == "table" and item.n or null');
    case "time":
      return { expr: "return time.now()", lang };
  }
}

/** What an item's request or value says of the item. */
export function itemFields(strategy: StrategyModel): Readonly<Record<string, string>> {
  const own = strategy.type === "batch" ? { batch: "{{ batch }}" } : { item: "{{ item }}" };
  return { ...own, index: "{{ index }}", ...(strategy.type === "reduce" ? { acc: "{{ acc }}" } : {}) };
}

/** A scalar of a step's output; of a list of outputs that of the last. */
export function scalarRef(step: StepModel): string {
  const list = step.strategy !== null && step.strategy.type !== "race" && step.strategy.type !== "reduce";
  return list ? `{{ steps.${step.id}.output[-1].id }}` : `{{ steps.${step.id}.output.id }}`;
}

/** All of a strategy's output, or the status of its last response. */
export function wholeRef(reader: StepModel, step: StepModel): string {
  if (step.strategy === null || reader.strategy !== null) return scalarRef(step);
  return reader.readsResponses
    ? `{{ steps.${step.id}.responses[-1].status }}`
    : `{{ steps.${step.id}.output }}`;
}
