// Draws what a step says beyond a plain call.

import type { Json, JsonObject } from "../../value/json.ts";
import type { Prng } from "../prng.ts";
import {
  type DirectiveWord,
  defaultDirectives,
  directiveWords,
  isListStrategy,
  isLong,
  type Lang,
  type LanguageModel,
  type OverModel,
  type PollModel,
  type ReduceModel,
  type ScriptModel,
  type SleepModel,
  type StrategyModel,
  startsMax,
} from "./language-model.ts";
import type { StepModel } from "./model.ts";

export interface StepDraw {
  readonly kind: StepModel["kind"];
  readonly hasJson: boolean;
  readonly ancestors: readonly StepModel[];
  /** The workflow uses the sandbox. */
  readonly scripts: boolean;
}

const strategies = [
  "scatter",
  "scatter",
  "fan_out",
  "fan_out",
  "race",
  "race",
  "batch",
  "batch",
  "reduce",
  "reduce",
  "reduce",
] as const;
/** Of a strategy that repeats a value over a list: the runs of one cost as much as those of many seeds. */
const longChance = { beside: 0.5, alone: 0.03 };
const langs: readonly Lang[] = ["path", "jsonpath", "lua"];
const noDirectives: readonly (readonly DirectiveWord[])[] = [[], ["retry"], ["poll", "skip"], ["complete"]];

export function generateLanguage(prng: Prng, draw: StepDraw): LanguageModel {
  const calls = draw.kind === "request";
  const lang = () => drawLang(prng, draw.scripts);
  const likely = draw.ancestors.some(({ strategy }) => isListStrategy(strategy)) ? 0.55 : 0.34;
  const strategy = draw.kind !== "sleep" && prng.chance(likely) ? generateStrategy(prng, draw, lang) : null;
  const language: LanguageModel = {
    strategy,
    poll: calls && prng.chance(0.2) ? generatePoll(prng, draw.scripts) : null,
    directives: calls && prng.chance(0.4) ? generateDirectives(prng) : null,
    sleep: draw.kind === "sleep" ? generateSleep(prng, lang()) : null,
    whenLang: lang(),
    script:
      draw.scripts && draw.hasJson && prng.chance(draw.kind === "value" ? 0.8 : 0.4)
        ? generateScript(prng, draw, strategy)
        : null,
    readsResponses: prng.chance(0.4),
  };
  return draw.kind === "value" ? lengthened(prng, language, draw.scripts) : language;
}

/** Now and then a list that takes several decisions, rather where the sandbox is used beside it. */
function lengthened(prng: Prng, language: LanguageModel, scripts: boolean): LanguageModel {
  const { strategy } = language;
  if (strategy?.type !== "scatter" && strategy?.type !== "fan_out") return language;
  if (!prng.chance(scripts ? longChance.beside : longChance.alone)) return language;
  const entries = Array.from({ length: startsMax + prng.between(1, 20) }, (_, n) => ({ id: `l${n}`, n }));
  return { ...language, script: null, strategy: { ...strategy, over: { type: "literal", entries } } };
}

/** What strategies and sleeps read of a trigger's body. */
export function languageInput(prng: Prng, now: number): { readonly list: JsonObject[]; readonly wake: Json } {
  const length = prng.chance(0.02) ? 40 : prng.between(0, prng.chance(0.7) ? 4 : 8);
  const list = Array.from({ length }, (_, index) => ({ id: `i${index}`, n: prng.between(0, 9) }));
  const at = now + prng.between(-1_000, 8_000);
  return { list, wake: prng.chance(0.5) ? new Date(at).toISOString() : at };
}

function generateStrategy(prng: Prng, draw: StepDraw, lang: () => Lang): StrategyModel {
  const { scripts } = draw;
  const type = prng.pick(strategies);
  const tolerant = type === "scatter" || type === "fan_out";
  const windowed = type === "fan_out" || type === "batch";
  return {
    type,
    over: generateOver(prng, draw, lang()),
    concurrency: windowed && prng.chance(0.7) ? prng.between(1, 4) : null,
    size: type === "batch" ? prng.between(1, 3) : 1,
    onError: (tolerant || type === "batch") && prng.chance(0.5) ? "continue" : "fail",
    minSuccess: tolerant && prng.chance(0.4) ? prng.between(0, 4) : null,
    reduce: type === "reduce" ? generateReduce(prng, scripts && prng.chance(0.6) ? "lua" : lang()) : null,
  };
}

function generateReduce(prng: Prng, lang: Lang): ReduceModel {
  return lang === "lua" && prng.chance(0.5) ? { type: "list", lang } : { type: "last", lang };
}

function generateOver(prng: Prng, { ancestors }: StepDraw, lang: Lang): OverModel {
  const lists = ancestors.filter(({ strategy }) => isListStrategy(strategy) && !isLong(strategy));
  const draw = prng.fraction();
  // What is no list makes the step fail.
  if (lists.length > 0 && draw < 0.75) return { type: "step", step: prng.pick(lists).id, lang };
  if (ancestors.length > 0 && draw < 0.03) return { type: "step", step: prng.pick(ancestors).id, lang };
  if (draw < 0.4) {
    const entries = Array.from({ length: prng.between(0, 5) }, (_, index) => ({
      id: `l${index}`,
      n: prng.chance(0.3) ? null : prng.between(0, 9),
    }));
    return { type: "literal", entries };
  }
  if (lang !== "path" && prng.chance(0.5)) return { type: "large", limit: prng.between(0, 5), lang };
  return { type: "trigger", lang };
}

export function generatePoll(prng: Prng, scripts: boolean): PollModel {
  const lang = drawLang(prng, scripts);
  return { everyMs: prng.pick([50, 300, 1_000]), maxMs: prng.pick([600, 3_000, 12_000]), lang };
}

function drawLang(prng: Prng, scripts: boolean): Lang {
  return scripts ? prng.pick(langs) : "path";
}

function generateDirectives(prng: Prng): readonly DirectiveWord[] {
  if (prng.chance(0.5)) return directiveWords;
  return prng.chance(0.3) ? defaultDirectives : prng.pick(noDirectives);
}

function generateSleep(prng: Prng, lang: Lang): SleepModel {
  if (prng.chance(0.5)) return { type: "until", lang };
  return { type: "for", ms: prng.pick([0, 40, 500, 2_000, 5_000]) };
}

function generateScript(prng: Prng, { ancestors }: StepDraw, strategy: StrategyModel | null): ScriptModel {
  const lang = prng.chance(0.5) ? "lua" : "jsonpath";
  const draw = prng.fraction();
  if (strategy !== null && draw < 0.6) return { type: "item", lang };
  if (ancestors.length > 0 && draw < 0.7) return { type: "step", step: prng.pick(ancestors).id, lang };
  if (draw < 0.8) return { type: "large", limit: prng.between(0, 5), lang };
  return lang === "lua" && draw < 0.9 ? { type: "time", lang } : { type: "input", lang };
}
