// No outcome is made up: what the log says of an attempt or a poll is what the network did.

import type { Broken, Call, DurableEvent, History } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { expectedAnswer } from "./expected-answer.ts";
import { sameJson } from "./expected-value.ts";
import { failureOf, isSuccessStatus, type RunLog, roundOf, runLogs } from "./run-log.ts";
import { type Task, taskOf } from "./task-of.ts";

type Calls = ReadonlyMap<string, readonly Call[]>;

export function checkOutcomes(history: History): readonly Broken[] {
  // Beside a zombie an attempt may have been sent by two: one of the two is what was recorded.
  const calls = new Map<string, Call[]>();
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  for (const call of history.calls) {
    const log = logs.get(call.run);
    const round = log === undefined || !call.undo ? 0 : roundOf(log, call.sentOrder);
    const key = keyOf(call.run, call.step, { ...call, round });
    const sent = calls.get(key);
    if (sent === undefined) calls.set(key, [call]);
    else sent.push(call);
  }
  return [...logs.values()].flatMap((log) => checkRun(history, log, calls));
}

interface Sent {
  readonly item: number | null;
  readonly undo: boolean;
  readonly poll: boolean;
  readonly attempt: number;
  /** Of compensation; 0 for what is no compensation. */
  readonly round: number;
}

function keyOf(run: string, step: string, { item, undo, poll, attempt, round }: Sent): string {
  const what = undo ? `undo ${round}` : "do";
  return `${run}/${step}/${item ?? ""}/${what}/${poll ? "poll" : ""}/${attempt}`;
}

/** What is under way for a task. */
interface UnderWay {
  attempt: number;
  poll: boolean;
  /** Place in the one sequence at which it was announced. */
  order: number;
  /** An answer that was recorded before the sandbox could judge it. */
  unjudged: unknown;
  /** An answer to the call was recorded: the task polls, or waits for its callback. */
  answered: boolean;
  /** Its time was to come later. */
  later: boolean;
}

function checkRun(history: History, log: RunLog, calls: Calls): readonly Broken[] {
  const broken: Broken[] = [];
  const tasks = new Map<string, UnderWay>();
  let rounds = 0;
  let isEnding = false;
  for (const event of log.events) {
    if (event.type === "compensation.requested") rounds++;
    if (event.type === "run.ending") isEnding = true;
    const task = taskOf(log, event);
    if (task === null) continue;
    const underWay = tasks.get(task.name) ?? {
      attempt: 0,
      poll: false,
      order: 0,
      unjudged: null,
      answered: false,
      later: false,
    };
    tasks.set(task.name, underWay);
    const claim = underWay.attempt > 0 ? claimOf(task, event, underWay) : null;
    if (claim !== null) {
      const round = task.undo ? rounds : 0;
      const sent = calls.get(keyOf(log.run.run, task.step.id, { ...task, ...underWay, round })) ?? [];
      const asked = underWay.poll ? sent.filter((call) => call.sentOrder > underWay.order) : sent;
      const mayBeWithdrawn = isEnding && !task.undo;
      const wrong = claim.withdrawn
        ? withdrawnWrongly(mayBeWithdrawn, asked)
        : wronglyClaimed(asked.map((call) => disagreement(history, task.step, call, claim)));
      const what = `${event.type} ${task.name} attempt ${underWay.attempt}: ${wrong}`;
      if (wrong !== null) broken.push({ promise: "no outcome is made up", run: log.run.run, what });
    }
    const own = calls.get(keyOf(log.run.run, task.step.id, callOf(task, underWay, task.undo ? rounds : 0)));
    const reached = isKnown(history, event, underWay) ? reachWrongly(task, event, underWay, own ?? []) : null;
    const what = `${event.type} ${task.name} attempt ${underWay.attempt}: ${reached}`;
    if (reached !== null)
      broken.push({ promise: "what may have been sent is not called unsent", run: log.run.run, what });
    follow(underWay, task, event);
  }
  return broken;
}

/** The call itself, not a poll of its job. */
function callOf({ item, undo }: Task, { attempt }: UnderWay, round: number): Sent {
  return { item, undo, poll: false, attempt, round };
}

/** A zombie, or a clock that was set back, may have sent a retry that its successor never sent, or could not make. */
function isKnown({ zombies, clockBack }: History, { data }: DurableEvent, { later }: UnderWay): boolean {
  const { kind = "" } = (data["failure"] ?? {}) as { readonly kind?: string };
  return (!zombies && !clockBack) || (!later && (kind === "step_timeout" || kind === "crash"));
}

/** A call that left an engine may be known to its service, unless the engine heard that it never got there. */
function reachWrongly(
  { step, item, verb }: Task,
  event: DurableEvent,
  { attempt, answered }: UnderWay,
  own: readonly Call[],
): string | null {
  const isEnd = verb === "retrying" || verb === "failed";
  if (!isEnd || attempt === 0 || answered || (step.strategy !== null && item === null)) return null;
  if (failureOf(event).reach !== "no") return null;
  const sent = own.some(
    ({ sentOrder, heard }) => sentOrder < event.order && !(heard?.type === "failure" && !heard.sent),
  );
  return sent ? "its call was sent" : null;
}

/** Null when one of the calls agrees. */
function wronglyClaimed(disagreements: readonly (string | null)[]): string | null {
  return disagreements.includes(null) ? null : (disagreements[0] ?? "no such call was made");
}

/** What a host's rule holds back when the run comes to its end is never sent. */
function withdrawnWrongly(mayBe: boolean, asked: readonly Call[]): string | null {
  if (!mayBe) return "nothing made it end unsent";
  return asked.length === 0 ? null : "it was sent";
}

function follow(underWay: UnderWay, { verb }: Task, { data, at, order }: DurableEvent): void {
  if (verb === "started" || verb === "polled") underWay.poll = verb === "polled";
  if (verb === "started" || verb === "retrying") {
    underWay.attempt = Number(data["attempt"]);
    underWay.answered = false;
    underWay.later = Number(data["notBefore"] ?? 0) > at;
  }
  if (verb === "polled" || verb === "accepted") underWay.answered = true;
  if (["started", "retrying", "polled"].includes(verb)) underWay.order = order;
  if (verb === "started") underWay.unjudged = null;
  if (verb === "polled") underWay.unjudged = data["unjudged"] === true ? data["answer"] : null;
}

interface Claim {
  /** `answer` for a success, null where a directive or the time decided whatever the answer was. */
  readonly kind: string | null;
  readonly status: number | null;
  readonly reach: string;
  readonly body: unknown;
  readonly withdrawn?: boolean;
}

const withoutAnswer: ReadonlySet<string> = new Set([
  "crash",
  "step_timeout",
  "request",
  "evaluation",
  "limit",
  "wait_timeout",
  "child",
]);
const whatever: ReadonlySet<string> = new Set(["directive", "poll_timeout"]);

/** What the event says of the attempt or poll that it ends, or null. */
function claimOf(
  { step, item, undo, verb }: Task,
  { data }: DurableEvent,
  { unjudged }: UnderWay,
): Claim | null {
  // A strategy ends as its items have.
  if (step.strategy !== null && item === null) return null;
  const { failure } = data;
  if (failure !== undefined && failure !== null) {
    const claimed = failureOf({ data } as DurableEvent);
    if (withoutAnswer.has(claimed.kind)) return null;
    // The answer after which it gave up was claimed when it was recorded.
    if (claimed.kind === "poll_timeout" && unjudged !== null) return null;
    if (claimed.code === "call_withdrawn") return { ...claimed, withdrawn: true };
    return whatever.has(claimed.kind) ? { ...claimed, kind: null } : claimed;
  }
  const answer = (data["result"] ?? data["answer"]) as Answered | null | undefined;
  if (verb === "skipped" && data["reason"] === "directive")
    return { kind: null, status: answer?.status ?? null, reach: "answered", body: answer?.body };
  if (answer === null || answer === undefined || answer.status === undefined) return null;
  // It was claimed when it was recorded.
  if (unjudged !== null && verb !== "polled" && sameJson(unjudged, answer)) return null;
  const completes = !undo && step.directives?.includes("complete") === true;
  const directed = verb === "polled" || (verb === "succeeded" && completes);
  const kind = directed ? null : "answer";
  return { kind, status: answer.status, reach: "answered", body: answer.body };
}

interface Answered {
  readonly status?: number;
  readonly body: unknown;
}

function disagreement(history: History, step: StepModel, call: Call, claim: Claim): string | null {
  const { heard, answer } = call;
  if (heard === null) return "the engine heard nothing of it";
  if (heard.status !== claim.status) return `${claim.status} was recorded, ${heard.status} was answered`;
  if (heard.type === "failure") {
    if (heard.reason !== claim.kind) return `${claim.kind} was recorded, ${heard.reason} happened`;
    const reach = heard.sent ? "unknown" : "no";
    return reach === claim.reach ? null : `${claim.reach} was recorded, ${reach} is so`;
  }
  if (answer === null) return "no service answered it";
  const success = call.undo
    ? heard.status >= 200 && heard.status <= 299
    : isSuccessStatus(step, heard.status);
  const expected = expectedAnswer(history, step, call, answer);
  const verdict = expected.verdict === "ok" ? "answer" : expected.verdict;
  const kind = success ? verdict : "status";
  if (claim.kind !== null && claim.kind !== kind) return `${claim.kind} was recorded, it is ${kind}`;
  const [found, wanted] = [JSON.stringify(claim.body), JSON.stringify(expected.body)];
  return found === wanted ? null : `${found} was recorded for ${wanted}`;
}
