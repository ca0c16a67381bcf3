// Draws a workflow: a graph of steps with every feature of the language, small enough that checkers follow it.

import type { Prng } from "../prng.ts";
import { hasBody } from "./document-of.ts";
import { generateLanguage, generatePoll } from "./generate-language.ts";
import { generateRespond, generateSyncTimeout, withOutside } from "./generate-outside.ts";
import type { CompensateModel, RetryModel, StepModel, WhenModel, WorkflowModel } from "./model.ts";
import { plainBodies } from "./plain-bodies.ts";

const methods = ["POST", "POST", "POST", "GET", "PUT", "DELETE", "PATCH"] as const;
const secretPlaces = ["header", "bearer", "query", "body", "body"] as const;
const bodilessPlaces = ["header", "bearer", "query"] as const;
const backoffs = ["exponential", "linear", "constant"] as const;
const conditions = [
  ["503"],
  ["5xx", "network"],
  ["4xx", "5xx", "network", "timeout"],
  ["schema", "5xx"],
] as const;
export const flags = ["red", "green"] as const;
export const secretNames = ["API_TOKEN", "OTHER_TOKEN"] as const;

/** `kin`: names of workflows whose runs it may start. */
export function generateWorkflow(
  prng: Prng,
  name: string,
  version: number,
  kin: readonly string[] = [],
  most = 9,
): WorkflowModel {
  const count = prng.between(1, prng.chance(0.1) ? 2 * most : most);
  const steps: StepModel[] = [];
  const scripts = prng.chance(0.5);
  const children = { names: kin, chance: prng.chance(0.2) ? 0.4 : 0.12 };
  for (let index = 0; index < count; index++) {
    steps.push(withOutside(prng, generateStep(prng, index, steps, scripts), children));
  }
  const requests = steps.filter((step) => step.kind === "request" && step.strategy === null);
  const last = requests.at(-1)?.id ?? null;
  return {
    name,
    version,
    mode: "active-run",
    steps,
    output: generateOutput(prng, last, scripts),
    timeoutMs: prng.chance(0.25) ? prng.between(200, 10_000) : null,
    defaultRetry: prng.chance(0.2) ? generateRetry(prng) : null,
    concurrency: null,
    event: null,
    cron: null,
    verify: false,
    respond: generateRespond(prng, steps, scripts),
    syncTimeoutMs: generateSyncTimeout(prng),
    varies: false,
  };
}

function generateOutput(prng: Prng, step: string | null, scripts: boolean): WorkflowModel["output"] {
  if (step === null || !prng.chance(scripts ? 0.6 : 0.3)) return { type: "default" };
  if (!scripts || prng.chance(0.4)) return { type: "text", step };
  return { type: "script", step, lang: prng.chance(0.5) ? "lua" : "jsonpath" };
}

function generateStep(prng: Prng, index: number, before: readonly StepModel[], scripts: boolean): StepModel {
  const after = before.length === 0 || prng.chance(0.2) ? [] : parentsOf(prng, before);
  const ancestors = ancestorsOf(after, before);
  const kind = prng.chance(0.14) ? "value" : prng.chance(0.08) ? "sleep" : "request";
  const calls = kind === "request";
  const method = calls ? prng.pick(methods) : "POST";
  const sends = calls && prng.chance(0.3) ? prng.pick(["text", "text", ...plainBodies] as const) : "json";
  const reads = prng.sample(ancestors, prng.between(0, 2));
  return {
    id: `s${index}${prng.pick(["", "-x", "_y"])}`,
    after,
    join: after.length > 1 && prng.chance(0.3) ? "any" : "all",
    when: prng.chance(0.3) ? generateWhen(prng, ancestors) : null,
    kind,
    wait: null,
    child: null,
    childVersion: null,
    method,
    reads,
    tells: generateTells(prng, after, before),
    sends,
    refHeader: calls && reads.length > 0 && prng.chance(0.4),
    secret: calls && prng.chance(0.4) ? prng.pick(secretNames) : null,
    secretPlace: prng.pick(hasBody(method) && holdsSecret(sends) ? secretPlaces : bodilessPlaces),
    onError: prng.chance(0.25) ? "continue" : "fail",
    onCrash: calls && prng.chance(0.2) ? "fail" : "retry",
    timeoutMs: kind !== "value" && prng.chance(0.2) ? prng.between(300, 10_000) : null,
    responseTimeoutMs: calls && prng.chance(0.5) ? prng.between(200, 3_000) : 5_000,
    expect: calls && prng.chance(0.2) ? [404, 409] : [],
    ...generateReading(prng, calls),
    retry: calls && prng.chance(0.5) ? generateRetry(prng) : null,
    compensate: calls && prng.chance(0.45) ? generateCompensate(prng, scripts) : null,
    ...generateLanguage(prng.fork(), {
      kind,
      hasJson: kind === "value" || (calls && hasBody(method) && sends === "json"),
      ancestors: before.filter(({ id }) => ancestors.includes(id)),
      scripts,
    }),
  };
}

/** Of one without a strategy; where any parent is enough, another may not have ended. */
function generateTells(prng: Prng, after: readonly string[], before: readonly StepModel[]): string | null {
  const [only] = after;
  const parent = before.find(({ id }) => id === only);
  return after.length === 1 && parent?.strategy === null && prng.chance(0.5) ? parent.id : null;
}

function holdsSecret(sends: StepModel["sends"]): boolean {
  return sends !== "text" && sends !== "base64";
}

/** Text and base64 never fit a schema of an object. */
function generateReading(prng: Prng, calls: boolean): Pick<StepModel, "schema" | "parse"> {
  if (calls && prng.chance(0.2)) return { schema: false, parse: prng.pick(["text", "base64"]) };
  return { schema: calls && prng.chance(0.3), parse: calls && prng.chance(0.25) ? "json" : "auto" };
}

function parentsOf(prng: Prng, before: readonly StepModel[]): readonly string[] {
  const near = before.slice(-4).map((step) => step.id);
  return prng.sample(near, prng.between(1, Math.min(3, near.length)));
}

function ancestorsOf(after: readonly string[], before: readonly StepModel[]): readonly string[] {
  const found = new Set<string>();
  const open = [...after];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(before.find((step) => step.id === id)?.after ?? []));
  }
  return [...found].sort();
}

function generateWhen(prng: Prng, ancestors: readonly string[]): WhenModel {
  if (ancestors.length === 0 || prng.chance(0.3)) return { type: "flag", name: prng.pick(flags) };
  return { type: "above", step: prng.pick(ancestors), limit: prng.between(-1, 4) };
}

function generateRetry(prng: Prng): RetryModel {
  const delayMs = prng.pick([1, 50, 300, 1_500]);
  return {
    on: prng.chance(0.4) ? prng.pick(conditions) : null,
    max: prng.between(0, 5),
    backoff: prng.pick(backoffs),
    delayMs,
    maxDelayMs: Math.max(delayMs, prng.pick([200, 1_000, 4_000])),
    jitter: prng.chance(0.5) ? "none" : "full",
    maxElapsedMs: prng.chance(0.2) ? prng.between(100, 5_000) : null,
  };
}

function generateCompensate(prng: Prng, scripts: boolean): CompensateModel {
  return {
    whenUnknown: prng.chance(0.4),
    retry: prng.chance(0.5) ? generateRetry(prng) : null,
    poll: prng.chance(0.25) ? generatePoll(prng, scripts) : null,
  };
}
