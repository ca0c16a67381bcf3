// Makes of a whole HTTP answer what is recorded of it: parsed, masked, judged by the schema.

import { type Directive, parseDirective } from "../language/directive.ts";
import { tooMuchWork } from "../language/schema.ts";
import type { ResponseRule } from "../language/workflow.ts";
import type { OutboundResponse } from "../ports/caller.ts";
import type { AnswerProblem, AttemptOutcome } from "../run/command.ts";
import { isSuccess } from "../run/judge-attempt.ts";
import type { PollTarget } from "../run/state.ts";
import type { Json } from "../value/json.ts";
import { originOf, resolveUrl } from "../value/resolve-url.ts";
import { isCredential } from "./credential-headers.ts";
import { noteReturned } from "./mask/note-returned.ts";
import { type Mask, maskJson, maskOf, referTo, type Sent } from "./mask.ts";
import { readBody } from "./read-body.ts";
import type { Work } from "./slices.ts";

/** Which address answered. */
interface Answering {
  readonly url: string;
  /** Whose credentials the call's own are; null for those of `url`. */
  readonly origin?: string | null;
  /** A redirect led there. */
  readonly redirected?: boolean;
}

/** Connection matters of one hop (RFC 9110, section 7.6.1): not the service's answer. */
const hopHeaders = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "trailer"]);

/** It is as long as the body: what is large is read in slices. */
export function* readAnswer(
  rule: ResponseRule,
  response: OutboundResponse,
  /** What the call has sent, or one before it. */
  sent: Sent,
  { url, origin = null, redirected = false }: Answering,
): Work<AttemptOutcome> {
  const returned = rule.paginate === null ? null : noteReturned();
  const mask = maskOf(sent, returned);
  const read = yield* readBody(rule, response, mask);
  const body = mask === null ? read.body : yield* maskJson(read.body, mask);
  const success = isSuccess(rule, response.status);
  const problem = success ? (maskProblem(read.problem, mask) ?? judge(rule, body)) : null;
  const header = response.headers["dispatched-directive"];
  const directive = header === undefined ? null : parseDirective(header);
  const told = (directive?.type === "poll" ? directive.url : null) ?? response.headers["location"];
  // Null when the answer names no address that can be called.
  const target = told === undefined ? null : resolveUrl(url, told);
  const own = origin ?? originOf(url);
  const answer = { status: response.status, headers: readHeaders(response, mask), body };
  const from = returned !== null && redirected ? pollTarget(url, own, sent, mask).url : null;
  const names = returned?.names ?? [];
  return {
    type: "answer",
    answer,
    problem,
    directive: mask === null || directive === null ? directive : maskDirective(directive, mask),
    target: target === null ? null : pollTarget(target, own, sent, mask),
    ...(from === null && names.length === 0 ? {} : { source: { from, returned: names } }),
  };
}

/** Where a poll is to ask. A secret in it goes to its own service again, and to no other. */
function pollTarget(url: string, origin: string, sent: Sent, mask: Mask | null): PollTarget {
  if (originOf(url) === origin) return { url: referTo(sent, url), sameOrigin: true };
  return { url: mask?.(url) ?? url, sameOrigin: false };
}

/** The words of a parser may have a part of the body. */
function maskProblem(problem: AnswerProblem | null, mask: Mask | null): AnswerProblem | null {
  return problem === null || mask === null ? problem : { ...problem, message: mask(problem.message) };
}

function maskDirective(directive: Directive, mask: Mask): Directive {
  switch (directive.type) {
    case "fail":
      return { ...directive, reason: directive.reason === null ? null : mask(directive.reason) };
    case "poll":
      return { ...directive, url: directive.url === null ? null : mask(directive.url) };
    default:
      return directive;
  }
}

function readHeaders(response: OutboundResponse, mask: Mask | null): Readonly<Record<string, string>> {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(response.headers)) {
    if (hopHeaders.has(name)) continue;
    if (isCredential(name)) kept.push([name, "[masked]"]);
    else kept.push(mask === null ? [name, value] : [mask(name), mask(value)]);
  }
  return Object.fromEntries(kept);
}

function judge(rule: ResponseRule, body: Json): AnswerProblem | null {
  if (rule.schema === null) return null;
  const problems = rule.schema.judge(body);
  const first = problems[0];
  if (first === undefined) return null;
  if (first.keyword === tooMuchWork)
    return {
      kind: "schema_work",
      message: "judging the answer by its schema takes too many steps",
      details: null,
    };
  const place = first.pointer === "" ? "the body" : first.pointer;
  return {
    kind: "schema",
    message: `the answer does not fit the schema: ${place}: ${first.message}`,
    details: problems.map(({ pointer, keyword, message }) => ({ pointer, keyword, message })),
  };
}
