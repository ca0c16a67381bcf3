// Draws what a step has to do with the outside world: most steps are left as they are.

import type { Prng } from "../prng.ts";
import { isLong, type Lang } from "./language-model.ts";
import type { StepModel } from "./model.ts";
import type {
  ConcurrencyModel,
  EventTriggerModel,
  EventWhenModel,
  RespondModel,
  WaitForModel,
  WaitModel,
} from "./outside-model.ts";

export const signalNames = ["go", "paid", "packed"] as const;
/** What starts runs, and is waited for, too. */
export const startingEvent = "order.made";
const awaitedEvents = ["order.paid", "order.paid", "order.seen", startingEvent] as const;
const onTimeouts = ["fail", "reject", "continue", "continue"] as const;

/** Whose runs a workflow may start, and how likely each step does. */
export interface Kin {
  readonly names: readonly string[];
  readonly chance: number;
}

/** `step` as it was drawn, or as a wait, a child, or with a callback. */
export function withOutside(prng: Prng, step: StepModel, kin: Kin): StepModel {
  if (
    kin.names.length > 0 &&
    prng.chance(step.strategy === null ? kin.chance : Math.min(1, kin.chance * 2))
  ) {
    const compensate = prng.chance(0.8) ? step.compensate : null;
    const timeoutMs = prng.chance(0.3) ? prng.between(50, 4_000) : null;
    const child = prng.pick(kin.names);
    // A chain waits at its end: one of them for each of many items would outlast the world.
    const keeps = prng.chance(0.85) && !child.startsWith("chain") && !isLong(step.strategy);
    const strategy = keeps ? step.strategy : null;
    const childVersion = prng.chance(0.3) ? 1 : null;
    return { ...bare(step), kind: "child", child, childVersion, compensate, timeoutMs, strategy };
  }
  if (step.kind === "request" && prng.chance(0.14)) {
    return { ...step, wait: waitFor(prng, { type: "callback" }) };
  }
  if (!prng.chance(0.16)) return step;
  return { ...bare(step), kind: "wait", wait: waitFor(prng, generateFor(prng, step)) };
}

/** Without anything that only a call has. */
export function bare(step: StepModel): StepModel {
  return {
    ...step,
    method: "POST",
    reads: [],
    tells: null,
    sends: "json",
    refHeader: false,
    secret: null,
    onCrash: "retry",
    timeoutMs: null,
    responseTimeoutMs: 5_000,
    expect: [],
    schema: false,
    parse: "auto",
    retry: null,
    compensate: null,
    strategy: null,
    poll: null,
    directives: null,
    sleep: null,
    script: null,
  };
}

function generateFor(prng: Prng, { whenLang }: StepModel): WaitForModel {
  if (prng.chance(0.3)) {
    const above = prng.chance(0.6) ? prng.between(-1, 5) : null;
    const event = prng.pick(awaitedEvents);
    const hasSubject = event !== startingEvent && prng.chance(0.6);
    const subject = hasSubject ? (above === null || event === "order.seen" ? "cut" : "order") : null;
    return { type: "event", event, subject, when: above === null ? null : whenOf(above, whenLang) };
  }
  const type = prng.pick(["any", "all"] as const);
  return { type, names: prng.sample(signalNames, prng.pick([1, 1, 2, 2, 3])) };
}

/** The sandbox also where nothing else of the workflow needs it. No draw of its own. */
function whenOf(above: number, lang: Lang): EventWhenModel {
  if (lang === "jsonpath" || (lang === "path" && above >= 4)) return { lang: "jsonpath", above, errs: true };
  return { lang: lang === "path" && above % 2 !== 0 ? "path" : "lua", above, errs: above % 3 === 0 };
}

export function generateEventTrigger(prng: Prng): EventTriggerModel | null {
  if (!prng.chance(0.4)) return null;
  const above = prng.chance(0.5) ? prng.between(-1, 4) : null;
  const errs = above !== null && prng.chance(0.5);
  return { event: startingEvent, above, errs, lang: prng.pick(["path", "lua"]) };
}

export function generateRespond(
  prng: Prng,
  steps: readonly StepModel[],
  scripts: boolean,
): RespondModel | null {
  if (!prng.chance(0.45)) return null;
  const after = prng.chance(0.6) ? prng.pick(steps).id : null;
  return {
    status: prng.pick([200, 201, 202, 409]),
    after,
    step: after !== null && prng.chance(0.5) ? after : prng.pick(steps).id,
    form: prng.chance(0.3) ? "text" : "object",
    lang: scripts ? prng.pick(["path", "jsonpath", "lua"]) : "path",
    header: prng.chance(0.5),
  };
}

export function generateSyncTimeout(prng: Prng): number | null {
  return prng.chance(0.7) ? prng.pick([150, 800, 2_500, 5_000]) : null;
}

/** Null for most workflows. */
export function generateConcurrency(prng: Prng, flags: readonly string[]): ConcurrencyModel | null {
  if (!prng.chance(0.5)) return null;
  const key = prng.chance(0.5) ? null : prng.pick(flags);
  const limit = prng.pick([1, 1, 2]);
  const onLimit = prng.pick(["queue", "reject", "cancel_oldest"] as const);
  return { key: key === flags[1] && onLimit !== "reject" ? "cut" : key, limit, onLimit };
}

function waitFor(prng: Prng, wanted: WaitForModel): WaitModel {
  return {
    for: wanted,
    schema: prng.chance(0.3),
    timeoutMs: prng.chance(0.5) ? prng.between(300, 4_000) : prng.between(8_000, 16_000),
    onTimeout: prng.pick(onTimeouts),
  };
}
