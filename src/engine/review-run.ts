// One run, looked at beside its way: an expression over it, what a rerun would do, its whole record.

import { evaluateExpression } from "../language/evaluate-expression.ts";
import { parseExpressionText } from "../language/template/parse-expression-text.ts";
import type { Evaluated, Workflow } from "../language/workflow.ts";
import type { CarriedStrategy } from "../run/command.ts";
import { urlOf } from "../run/failure-view.ts";
import { contextOf, scopeOf } from "../run/scope.ts";
import type { ItemsState, RunState, StepState } from "../run/state.ts";
import type { TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { entryAt } from "../value/persistent-list.ts";
import { DispatchedError } from "../value/problem.ts";
import { copyJson, withBodies } from "../value/stored-body.ts";
import type { EnginePorts } from "./ports.ts";
import type { Rerun } from "./rerun.ts";
import type { ItemsAgain, RerunPreview, RunExpression, StepAgain } from "./review-api.ts";

/** The value of an expression over the run as it is. Nothing is called, nothing recorded. Errors: `expression_failed`, `sandbox_unavailable`. */
export async function evaluateOver(
  { sandbox }: EnginePorts,
  tenant: TenantId,
  workflow: Workflow,
  state: RunState,
  { text, lang }: RunExpression,
): Promise<Json> {
  const scope = scopeOf(workflow, state);
  if (lang === "path") {
    const parsed = parseExpressionText(text);
    if (!parsed.ok) throw failed(parsed.error.code, parsed.error.message);
    const result = await withBodies(() => wholeResult(evaluateExpression(parsed.expression, scope)));
    if (result.ok) return result.value;
    throw failed(result.problem.code, result.problem.message);
  }
  const context = await withBodies(() => copyJson(contextOf(scope, text)));
  const [result] = await sandbox.evaluate(tenant, [{ lang, source: text, context, now: state.at }]);
  if (result?.ok) return result.value;
  throw failed(result?.problem.code ?? "evaluation_failed", result?.problem.message ?? "nothing came of it");
}

function failed(cause: string, message: string): DispatchedError {
  return new DispatchedError("expression_failed", message, { extra: { cause } });
}

/** What a rerun keeps and what it does again, before anything of it is done. */
export function previewOf(plan: Rerun, after: Workflow, state: RunState, before: Workflow): RerunPreview {
  const whole = new Set(plan.carried.filter((one) => one.whole !== null).map((one) => one.step));
  const kept = new Set(plan.keptKeys.map((key) => key.step));
  return {
    version: after.version,
    kept: after.steps.filter(({ number }) => whole.has(number)).map(({ id }) => id),
    again: after.steps
      .filter(({ number }) => !whole.has(number))
      .map((step) => {
        const number = before.stepNumbers.get(step.id);
        const old = number === undefined ? null : (state.steps[number] ?? null);
        const strategy = plan.carried.find((one) => one.step === step.number)?.strategy ?? null;
        return {
          step: step.id,
          ...callOf(old, strategy),
          began: old !== null && hasBegun(old),
          key: kept.has(step.number) ? "old" : "new",
          undone: old?.undo?.status === "succeeded",
          items: itemsAgain(old?.items ?? null, strategy),
        };
      }),
  };
}

function hasBegun({ attempt, startedAt, carriedFrom, status }: StepState): boolean {
  return attempt > 0 || startedAt > 0 || (carriedFrom !== null && status !== "skipped");
}

/** What is not carried over runs again: all of them where nothing is. */
function itemsAgain(items: ItemsState | null, carried: CarriedStrategy | null): ItemsAgain | null {
  if (items === null) return null;
  const { count } = items;
  const kept = keptItems(carried);
  const ranges: { first: number; last: number }[] = [];
  for (let item = 0; item < count; item++) {
    if (kept.has(item)) continue;
    const range = ranges.at(-1);
    if (range?.last === item - 1) range.last = item;
    else ranges.push({ first: item, last: item });
  }
  return { count, again: count - kept.size, ranges };
}

function keptItems(carried: CarriedStrategy | null): ReadonlySet<number> {
  return new Set(carried?.items.map(({ item }) => item));
}

/** As it was recorded: method and host only; of a strategy those of the first item that runs again and made one. */
function callOf(old: StepState | null, carried: CarriedStrategy | null): Pick<StepAgain, "method" | "host"> {
  const request = old?.request ?? (old?.items ? itemRequest(old.items, keptItems(carried)) : null);
  if (request === null) return { method: null, host: null };
  const { method, url } = request;
  return { method, host: /^https?:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(urlOf(url))?.[1] ?? null };
}

function itemRequest({ tasks, count }: ItemsState, kept: ReadonlySet<number>): StepState["request"] {
  for (let item = 0; item < count; item++) {
    const request = kept.has(item) ? null : entryAt(tasks, item)?.request;
    if (request) return request;
  }
  return null;
}

function wholeResult(result: Evaluated): Evaluated {
  return result.ok ? { ok: true, value: copyJson(result.value) } : result;
}
