// What a generated step says beyond a plain call: strategies, polls, directives, sleeps, expressions in the sandbox.

export type Lang = "path" | "jsonpath" | "lua";

export const directiveWords = ["retry", "fail", "poll", "skip", "complete"] as const;
export type DirectiveWord = (typeof directiveWords)[number];
/** What a step allows when it says nothing, and the most that an item may be told. */
export const defaultDirectives: readonly DirectiveWord[] = ["retry", "fail", "poll"];

export interface LanguageModel {
  readonly strategy: StrategyModel | null;
  readonly poll: PollModel | null;
  /** Null for the default. */
  readonly directives: readonly DirectiveWord[] | null;
  /** Only of a step whose kind is `sleep`. */
  readonly sleep: SleepModel | null;
  /** The language of `when`. */
  readonly whenLang: Lang;
  /** An expression in the sandbox whose value goes into the body or the value as `x`. */
  readonly script: ScriptModel | null;
  /** Of a strategy that it reads, it takes the last of `responses` rather than `output`. */
  readonly readsResponses: boolean;
}

export interface StrategyModel {
  readonly type: "scatter" | "fan_out" | "race" | "batch" | "reduce";
  readonly over: OverModel;
  readonly concurrency: number | null;
  /** Of a batch, else 1. */
  readonly size: number;
  readonly onError: "fail" | "continue";
  readonly minSuccess: number | null;
  readonly reduce: ReduceModel | null;
}

/** Items that one decision begins at most. */
export const startsMax = 1_000;

/** More items than that: only values are made so many, and nothing else is repeated over what they give. */
export function isLong(strategy: StrategyModel | null): boolean {
  return strategy?.over.type === "literal" && strategy.over.entries.length > startsMax;
}

export type OverModel =
  /** `n` is a number, or null for that of the trigger. */
  | {
      readonly type: "literal";
      readonly entries: readonly { readonly id: string; readonly n: number | null }[];
    }
  | { readonly type: "trigger"; readonly lang: Lang }
  /** The entries of the trigger's list whose `n` is above the limit. */
  | { readonly type: "large"; readonly limit: number; readonly lang: "jsonpath" | "lua" }
  | { readonly type: "step"; readonly step: string; readonly lang: Lang };

/** `last`: the latest id, from the trigger's `n`; `list`: the indexes in order, from an empty list. */
export type ReduceModel =
  | { readonly type: "last"; readonly lang: Lang }
  | { readonly type: "list"; readonly lang: "lua" };

export interface PollModel {
  readonly everyMs: number;
  readonly maxMs: number;
  readonly lang: Lang;
}

export type SleepModel =
  | { readonly type: "for"; readonly ms: number }
  /** Until `wake` of the trigger. */
  | { readonly type: "until"; readonly lang: Lang };

export type ScriptModel = { readonly lang: "jsonpath" | "lua" } & (
  | { readonly type: "input" }
  | { readonly type: "large"; readonly limit: number }
  | { readonly type: "step"; readonly step: string }
  /** Of an item its `n`, of a chunk how many entries it has. */
  | { readonly type: "item" }
  /** Lua only. */
  | { readonly type: "time" }
);

/** How many items at once. */
export function windowOf(strategy: StrategyModel): number {
  if (strategy.type === "scatter" || strategy.type === "race") return 256;
  if (strategy.type === "reduce") return 1;
  return strategy.concurrency ?? (strategy.type === "fan_out" ? 10 : 1);
}

/** Whether a failed item lets others begin; a race goes on until somebody wins. */
export function goesOnAfterFailure({ type, onError, minSuccess }: StrategyModel): boolean {
  return type === "race" || onError === "continue" || minSuccess !== null;
}

export function isListStrategy(strategy: StrategyModel | null): boolean {
  return strategy !== null && strategy.type !== "race" && strategy.type !== "reduce";
}

/** True for a step that begins only once the sandbox has computed something. */
export function waitsForSandbox(step: LanguageModel): boolean {
  const { strategy, sleep } = step;
  const over = strategy === null || strategy.over.type === "literal" ? "path" : strategy.over.lang;
  const until = sleep?.type === "until" ? sleep.lang : "path";
  return step.script !== null || step.whenLang !== "path" || over !== "path" || until !== "path";
}
