// The answer that a workflow gives its synchronous caller, at its end or as soon as a step has ended.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { Scope } from "../language/expression.ts";
import type { Evaluated, HttpTrigger, RespondRule } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { withMember } from "../value/stored-body.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { evaluate } from "./evaluate.ts";
import type { RunEventBody } from "./event.ts";
import { stepAt } from "./place.ts";
import { scopeOf } from "./scope.ts";
import { emit, type Turn } from "./turn.ts";

function ruleOf(turn: Turn): RespondRule | null {
  const { created, responded } = turn.state;
  if (created.trigger.type !== "http" || responded !== null) return null;
  const http = turn.workflow.triggers.find((trigger): trigger is HttpTrigger => trigger.type === "http");
  return http?.respond ?? null;
}

/**
 * Answers when the step that the answer comes after has ended, well or not; one that was given up because the run ends badly
 * answers nothing. False when the sandbox is needed first.
 */
export function respondEarly(turn: Turn): boolean {
  const rule = ruleOf(turn);
  if (rule === null || rule.after === null || turn.state.endedAt !== null) return true;
  const { status } = stepAt(turn.state, rule.after);
  return status === "pending" || status === "running" || status === "cancelled" || answerBy(turn, rule);
}

/** Answers at the end of the run. False when the sandbox is needed first. */
export function respond(turn: Turn): boolean {
  const rule = ruleOf(turn);
  return rule === null || answerBy(turn, rule);
}

function answerBy(turn: Turn, rule: RespondRule): boolean {
  const scope = scopeOf(turn.workflow, turn.state);
  const evaluated = evaluate(turn, "respond", scope, (seen) => ({
    headers: headersOf(rule, seen),
    body: evaluateTemplate(rule.body, seen),
  }));
  if (evaluated === null) return false;
  const { headers } = evaluated;
  if (!headers.ok) return failed(turn, `headers.${headers.name}`, headers);
  if (!evaluated.body.ok) return failed(turn, "body", evaluated.body);
  const { status } = rule;
  const responded = {
    type: "run.responded",
    status,
    headers: headers.pairs,
    body: null,
    problem: null,
  } as const;
  emit(
    turn,
    withMember<RunEventBody & { type: "run.responded" }>(responded, "body", evaluated.body, "value"),
  );
  return true;
}

type HeadersOf =
  | { readonly ok: true; readonly pairs: readonly (readonly [name: string, value: string])[] }
  | (Extract<Evaluated, { ok: false }> & { readonly name: string });

/** One after the other: what comes behind one that does not fit is not evaluated. */
function headersOf(rule: RespondRule, seen: Scope): HeadersOf {
  const pairs: (readonly [string, string])[] = [];
  let bytes = 0;
  for (const [name, template] of rule.headers) {
    const value = evaluateTemplate(template, seen);
    if (!value.ok) return { ...value, name };
    for (const text of textsOf(value.value)) {
      bytes += name.length + text.length + 4;
      if (!isHeaderText(text)) return { ...notAHeader, name };
      if (bytes > limits.header_bytes) return { ...tooLarge, name };
      pairs.push([name, text]);
    }
  }
  return { ok: true, pairs };
}

const notAHeader = {
  ok: false,
  problem: {
    code: "invalid_header",
    message: "the value has a line break, another control character or a character beyond U+00FF",
  },
} as const;
const tooLarge = {
  ok: false,
  problem: { code: "invalid_header", message: `the headers are larger than ${limits.header_bytes} bytes` },
} as const;

function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

function textsOf(value: Json): readonly string[] {
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  return list
    .filter((entry) => entry !== null)
    .map((entry) => (typeof entry === "string" ? entry : stringifyJson(entry)));
}

/** What could not be evaluated is a 500; the run goes on. */
function failed(turn: Turn, where: string, evaluated: Extract<Evaluated, { ok: false }>): boolean {
  const problem = `respond.${where}: ${evaluated.problem.message}`;
  emit(turn, { type: "run.responded", status: 500, headers: [], body: null, problem });
  return true;
}
