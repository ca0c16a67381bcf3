// Pages: after a first page the service is asked for the next, until there is none; each is recorded once.

import { EvaluationError, settle } from "../language/evaluate/evaluation-error.ts";
import { evaluateExpression } from "../language/evaluate-expression.ts";
import type { Scope } from "../language/expression.ts";
import { renderPairs } from "../language/render-request.ts";
import type { PaginateRule, RequestAction } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import { linkOf } from "../value/link-header.ts";
import { evaluate } from "./evaluate.ts";
import type { Answer } from "./event.ts";
import { failTask } from "./fail-step.ts";
import { type Failure, unsent } from "./failure.ts";
import { queryTarget, urlTarget } from "./page-target.ts";
import { nameOf, type Place, taskAt } from "./place.ts";
import { askAgainAt, emitPolled, failAnswered } from "./poll.ts";
import { scopeAt } from "./scope.ts";
import type { PageSource, PollTarget, TaskState } from "./state.ts";
import { emit, emitSucceeded, type Turn } from "./turn.ts";

/** What a page says. */
interface Page {
  readonly items: readonly Json[];
  /** Null when it is the last one. */
  readonly next: PollTarget | null;
}

/** The items of a page are recorded with the announcement of the next. What the sandbox must read is recorded first. */
export function judgePage(
  turn: Turn,
  place: Place,
  rule: PaginateRule,
  answer: Answer,
  source: PageSource | null,
): void {
  const read = readPage(turn, place, rule, answer, source);
  if (read !== null) {
    turnPage(turn, place, rule, answer, read);
    return;
  }
  const { poll } = taskAt(turn.state, place);
  emitPolled(turn, place, {
    count: (poll?.count ?? 0) + 1,
    notBefore: turn.now,
    target: poll?.target ?? null,
    answer,
    failure: null,
    spent: 0,
    unjudged: true,
    ...(source === null ? {} : { source }),
  });
}

/** Reads a page that was recorded before the sandbox could read it. */
export function settlePage(turn: Turn, place: Place, action: RequestAction): void {
  const { phase, poll, answer } = taskAt(turn.state, place);
  const rule = action.response.paginate;
  if (phase !== "call" || poll?.unjudged !== true || answer === null || rule === null) return;
  const read = readPage(turn, place, rule, answer, poll.source ?? null);
  if (read !== null) turnPage(turn, place, rule, answer, read);
}

type PageResult =
  | { readonly ok: true; readonly value: Page }
  | { readonly ok: false; readonly problem: { readonly code: string; readonly message: string } };

/** Null when the sandbox must compute something before. */
function readPage(
  turn: Turn,
  place: Place,
  rule: PaginateRule,
  answer: Answer,
  source: PageSource | null,
): PageResult | null {
  const own: TaskState = { ...taskAt(turn.state, place), answer };
  const scope = scopeAt(turn.workflow, turn.state, place, own);
  return evaluate(turn, `page/${nameOf(place)}/${own.poll?.count ?? 0}`, scope, (seen) =>
    settle(() => ({
      items: itemsOf(rule, answer, seen),
      next: nextOf(rule, answer, { ...own, source }, seen),
    })),
  );
}

function itemsOf({ items }: PaginateRule, { body }: Answer, scope: Scope): readonly Json[] {
  const list = items === null ? body : resultOf(items, scope);
  if (list === null) return [];
  if (Array.isArray(list)) return list;
  throw new EvaluationError("page_not_a_list", "the items of a page are no list");
}

function nextOf(
  { next }: PaginateRule,
  answer: Answer,
  task: TaskState & { readonly source: PageSource | null },
  scope: Scope,
): PollTarget | null {
  if (next.type === "query") {
    const query = renderPairs(next.query, scope);
    return query.length === 0 ? null : queryTarget(task, next.query, query);
  }
  const found =
    next.type === "link" ? linkOf(answer.headers["link"] ?? "", next.rel) : resultOf(next.expression, scope);
  if (found === null || found === false || found === "") return null;
  const target = typeof found === "string" ? urlTarget(task, found, task.source) : null;
  if (target !== null) return target;
  throw new EvaluationError("invalid_url", "the address of the next page is none that can be called");
}

function resultOf(expression: Parameters<typeof evaluateExpression>[0], scope: Scope): Json {
  const evaluated = evaluateExpression(expression, scope);
  if (evaluated.ok) return evaluated.value;
  throw new EvaluationError(evaluated.problem.code, evaluated.problem.message);
}

/** A run that ends asks for no further page. */
function turnPage(turn: Turn, place: Place, rule: PaginateRule, answer: Answer, read: PageResult): void {
  if (!read.ok) {
    failAnswered(turn, place, read.problem, answer);
    return;
  }
  const { items, next } = read.value;
  const { pages, poll } = taskAt(turn.state, place);
  const { status, headers } = answer;
  if (next === null || turn.state.ending !== null) {
    emitSucceeded(turn, place, { type: "paged", status, headers, items });
  } else if ((pages?.number ?? 0) + 1 >= rule.maxPages) {
    failTask(turn, place, tooMany(rule, answer));
  } else {
    const count = (poll?.count ?? 0) + 1;
    emitPaged(turn, place, { count, notBefore: turn.now, target: next, items, failure: null, spent: 0 });
  }
}

/** A page failed: it is asked for again as the step's retry says, at least twice; those before are kept. See `endPoll`. */
export function endPage(
  turn: Turn,
  place: Place,
  action: RequestAction,
  failure: Failure,
  leastMs: number | null,
): void {
  const { poll } = taskAt(turn.state, place);
  if (poll === null) return;
  const when = askAgainAt(turn, place, action, failure, { what: "page", leastMs });
  if (when === null) {
    failTask(turn, place, { ...failure, accepted: true });
    return;
  }
  const { count, target, spent } = poll;
  emitPaged(turn, place, {
    count: count + 1,
    notBefore: when,
    target,
    items: null,
    failure,
    spent: spent + 1,
  });
}

type Paged = Omit<Extract<Parameters<typeof emit>[1], { type: "step.paged" }>, "type" | "step">;

function emitPaged(turn: Turn, { step, item }: Place, paged: Paged): void {
  if (item === null) emit(turn, { type: "step.paged", step: step.number, ...paged });
  else emit(turn, { type: "item.paged", step: step.number, item, ...paged });
}

function tooMany({ maxPages }: PaginateRule, { status, headers }: Answer): Failure {
  const message = `there are more than ${maxPages} pages`;
  return {
    ...unsent("pages", "too_many_pages", message),
    reach: "answered",
    accepted: true,
    status,
    headers,
    body: null,
  };
}
