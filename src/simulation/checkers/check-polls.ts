// Polls and directives: a service is asked again while it says so, where it says, and is obeyed as far as the document lets it.

import type { Broken, Call, DurableEvent, History } from "../history.ts";
import { type DirectiveWord, defaultDirectives } from "../workload/language-model.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { memberOf, type RunLog, stepOf } from "./run-log.ts";
import { isDirective, itemOf, pollOf, type Task, taskName, taskOf } from "./task-of.ts";

/** When a directive asks for polls of a step that has none. */
const everyMs = 5_000;

interface Polling {
  readonly task: Named;
  count: number;
  target: string | null;
  /** The latest answer says that the job is not done. */
  goesOn: boolean;
  /** The directive that decides the next event, or null. */
  directive: Directive | null;
}

/** A step, an item, or what undoes either. */
type Named = Omit<Task, "verb">;

interface Directive {
  readonly type: DirectiveWord;
  readonly afterMs?: number | null;
  readonly url?: string | null;
}

interface Target {
  readonly url: string;
}

export function checkPolls(history: History): readonly Broken[] {
  const byRun = new Map<string, Call[]>();
  for (const call of history.calls) {
    const sent = byRun.get(call.run);
    if (sent === undefined) byRun.set(call.run, [call]);
    else sent.push(call);
  }
  return judgeRuns(history, (log, say) => checkRun(log, byRun.get(log.run.run) ?? [], say));
}

function checkRun(log: RunLog, calls: readonly Call[], say: Say): void {
  const tasks = new Map<string, Polling>();
  let ending = false;
  let completing = false;
  for (const event of log.events) {
    if (event.type === "run.ending") ending = true;
    const step = stepOf(log, event);
    if (step === null) continue;
    const undo = event.type.startsWith("compensation.");
    const item = itemOf(event);
    const name = taskName(step, item, undo);
    // A compensation that is tried again begins anew.
    const anew = event.type === "compensation.started";
    const known = anew ? undefined : tasks.get(name);
    const polling = known ?? newPolling({ step, item, undo, name });
    tasks.set(name, polling);
    if (isDirective(event)) {
      takeDirective(polling, event, ending, say);
      checkSaid(polling.task, event, calls, say);
      if (polling.directive?.type === "complete") completing = true;
      continue;
    }
    const task = taskOf(log, event);
    if (task === null) continue;
    if (polling.directive !== null) checkObeyed(task, polling, polling.directive, say);
    if (task.verb === "polled") checkPolled(polling, event, calls, say);
    if (task.verb === "succeeded" || task.verb === "accepted")
      checkDone(polling, event, !undo && (ending || completing), say);
    polling.directive = null;
  }
}

function newPolling(task: Named): Polling {
  return { task, count: 0, target: null, goesOn: false, directive: null };
}

/** The default is the same words as the most that an item or a compensation may be told. */
function isAllowed({ step, item, undo }: Named, type: DirectiveWord): boolean {
  const allowed = step.directives ?? defaultDirectives;
  return allowed.includes(type) && ((item === null && !undo) || defaultDirectives.includes(type));
}

/** A run that ends is told nothing, but by what undoes it. */
function takeDirective(polling: Polling, event: DurableEvent, ending: boolean, say: Say): void {
  const { task } = polling;
  const directive = event.data["directive"] as Directive;
  const wanted = isAllowed(task, directive.type) && (task.undo || !ending);
  if (event.data["allowed"] !== wanted) {
    say("a directive is obeyed only where the document allows it", `${task.name}: ${directive.type}`);
  }
  polling.directive = wanted ? directive : null;
}

const words: Readonly<Record<DirectiveWord, readonly string[]>> = {
  retry: ["retrying", "failed"],
  fail: ["failed"],
  poll: ["polled", "failed"],
  skip: ["skipped"],
  complete: ["succeeded"],
};

/** What polls is asked again where it is polled. */
function checkObeyed({ name, verb }: Task, { count }: Polling, { type }: Directive, say: Say): void {
  const wanted = type === "retry" && count > 0 ? words.poll : words[type];
  if (!wanted.includes(verb)) say("a directive that is allowed is obeyed", `${name}: ${type}, then ${verb}`);
}

/** Some service said so. */
function checkSaid(task: Named, event: DurableEvent, calls: readonly Call[], say: Say): void {
  const { type } = event.data["directive"] as Directive;
  const said = calls.some(
    (call) =>
      isOf(task, call) &&
      call.sentOrder < event.order &&
      call.answer?.headers["dispatched-directive"]?.startsWith(type) === true,
  );
  if (!said) say("no directive is made up", `${task.name}: ${type}`);
}

function isOf({ step, item, undo }: Named, call: Call): boolean {
  return call.step === step.id && call.item === item && call.undo === undo;
}

function checkPolled(polling: Polling, event: DurableEvent, calls: readonly Call[], say: Say): void {
  const { data } = event;
  const { name } = polling.task;
  const rule = pollOf(polling.task);
  const count = Number(data["count"]);
  if (count !== polling.count + 1) say("polls are counted", `${name}: ${count} after ${polling.count}`);
  const target = (data["target"] as Target | null)?.url ?? null;
  polling.count = count;
  if (data["answer"] !== null) {
    const directive = polling.directive?.type === "poll" ? polling.directive : null;
    checkPause(polling.task, event, directive, say);
    polling.goesOn = directive !== null || isBusy(data["answer"]);
    if (!polling.goesOn && rule?.lang === "path") say("polls go on only while they should", name);
    if (rule === null && directive === null) say("only what polls is polled", name);
    checkTarget(polling, target, event, calls, say);
  } else if (target !== polling.target) {
    say("a poll that failed is sent again as it was", `${name}: ${target}`);
  }
  polling.target = target;
}

function checkPause(task: Named, event: DurableEvent, directive: Directive | null, say: Say): void {
  const wanted = directive?.afterMs ?? pollOf(task)?.everyMs ?? everyMs;
  const pause = Number(event.data["notBefore"]) - event.at;
  if (pause !== wanted) say("polls keep their pause", `${task.name}: ${pause}, not ${wanted} ms`);
}

/** Where some answer said, or where it was asked before. */
function checkTarget(
  { task, target: before }: Polling,
  target: string | null,
  event: DurableEvent,
  calls: readonly Call[],
  say: Say,
): void {
  if (target === before) return;
  const said = calls.some((call) => {
    const { answer, sentOrder, url } = call;
    if (!isOf(task, call) || sentOrder > event.order || answer === null) return false;
    return addressesIn(answer.headers, url).includes(target ?? "");
  });
  if (!said) say("a poll asks where the service said", `${task.name}: ${target}`);
}

function addressesIn(headers: Readonly<Record<string, string>>, url: string): readonly string[] {
  const directed = /url="([^"]*)"/.exec(headers["dispatched-directive"] ?? "")?.[1];
  const told = [headers["location"], directed].filter((one) => one !== undefined);
  return told.map((one) => new URL(one, url).href);
}

function isBusy(answer: unknown): boolean {
  return memberOf(memberOf(answer, "body"), "busy") === true;
}

/** A run that ends waits for no job. */
function checkDone(polling: Polling, { data }: DurableEvent, ending: boolean, say: Say): void {
  if (pollOf(polling.task) === null || ending || polling.directive?.type === "complete") return;
  const result = data["result"] as { readonly type: string } | undefined;
  const goesOn = result?.type === "polled" ? polling.goesOn : isBusy(result ?? data["answer"]);
  if (goesOn) say("polls go on while they should", `${polling.task.name} is done`);
}
