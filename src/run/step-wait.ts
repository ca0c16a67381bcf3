// Waits: for signals, for an event, or for the callback of a call.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { Expression } from "../language/expression.ts";
import type { Step, WaitFor, WaitRule } from "../language/workflow.ts";
import { isJsonObject, type Json, member } from "../value/json.ts";
import { entryAt } from "../value/persistent-list.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { evaluate } from "./evaluate.ts";
import type { Answer } from "./event.ts";
import { failEvaluation, failTask } from "./fail-step.ts";
import { unsent } from "./failure.ts";
import { at, nameOf, type Place, stepAt, taskAt } from "./place.ts";
import { scopeAt, scopeOf } from "./scope.ts";
import type { Signal } from "./state.ts";
import { emit, emitSucceeded, type Turn } from "./turn.ts";
import { judgmentOf } from "./unjudged.ts";

/** The wait of a task, or null when it has none. */
export function waitOf(step: Step): WaitRule | null {
  const { action } = step;
  return action.type === "wait" || action.type === "request" ? action.wait : null;
}

/** Begins to wait, and takes what came before. `answer` is that of the request which the wait follows. */
export function startWait(turn: Turn, place: Place, rule: WaitRule, answer: Answer | null): void {
  const { step } = place;
  const event = rule.for.type === "event" ? awaitedEvent(turn, place, rule.for) : undefined;
  if (event === null) return;
  emit(turn, {
    type: "wait.started",
    ...at(place),
    until: turn.now + rule.timeoutMs,
    deadlineAt: answer === null && step.timeoutMs !== null ? turn.now + step.timeoutMs : null,
    ...(answer === null ? {} : { answer }),
    ...(event === undefined ? {} : { event }),
  });
  takeSignals(turn, place, rule);
}

/** Null when the sandbox is needed first, and when the step failed. */
function awaitedEvent(
  turn: Turn,
  place: Place,
  { event: type, subject: template }: WaitFor & { type: "event" },
) {
  if (template === null) return { type, subject: null };
  const scope = scopeAt(turn.workflow, turn.state, place);
  const evaluated = evaluate(turn, `start/${nameOf(place)}`, scope, (seen) =>
    evaluateTemplate(template, seen),
  );
  if (evaluated === null) return null;
  if (!evaluated.ok) {
    failEvaluation(turn, place, evaluated.problem);
    return null;
  }
  const { value } = evaluated;
  const problem = problemOfSubject(value);
  if (problem !== null) {
    failEvaluation(turn, place, problem);
    return null;
  }
  return { type, subject: typeof value === "string" ? value : stringifyJson(value) };
}

/** No event has such a subject: the wait would last until its timeout. */
function problemOfSubject(value: Json) {
  if (value === null) return { code: "null_in_text", message: "`subject` is null; say what to use then" };
  if (typeof value !== "object") return null;
  const found = Array.isArray(value) ? "a list" : "an object";
  return {
    code: "not_a_text",
    message: `\`subject\` must be a text, a number or a boolean, and is ${found}`,
  };
}

/** Lets every open wait take what it waits for, the oldest wait first. */
export function matchSignals(turn: Turn): void {
  if (turn.state.signals.length === 0) return;
  for (const number of turn.state.open) {
    const step = turn.workflow.steps[number] as Step;
    const rule = waitOf(step);
    if (rule === null) continue;
    const { phase, items } = stepAt(turn.state, number);
    if (phase === "wait") takeSignals(turn, { step, item: null }, rule);
    for (const item of items?.open ?? []) {
      if (taskAt(turn.state, { step, item }).phase === "wait") takeSignals(turn, { step, item }, rule);
    }
  }
}

/** An open wait would take it, or needs it: it is recorded however many others nobody has taken. */
export function isAwaited(
  turn: Turn,
  { name, body }: { readonly name: string; readonly body: Json },
): boolean {
  return openWaits(turn).some(({ for: wanted, schema }) => {
    if (wanted.type !== "signals" || !wanted.names.includes(name)) return false;
    const isFit = (signal: Json) => schema === null || schema.judge(signal).length === 0;
    if (!isFit(body)) return false;
    const kept = turn.state.signals.some(
      (signal) => signal.step === null && signal.name === name && isFit(signal.body),
    );
    return wanted.mode !== "all" || !kept;
  });
}

function openWaits({ workflow, state }: Turn): readonly WaitRule[] {
  return state.open.flatMap((number) => {
    const rule = waitOf(workflow.steps[number] as Step);
    if (rule === null) return [];
    const { phase, items } = stepAt(state, number);
    const isOpen =
      phase === "wait" ||
      (items?.open ?? []).some((item) => items !== null && entryAt(items.tasks, item)?.phase === "wait");
    return isOpen ? [rule] : [];
  });
}

/** Of a call that is followed by its callback: it came already, before the call was answered. */
export function isCalledBack({ state }: Turn, { step, item }: Place): boolean {
  return (
    step.action.type === "request" &&
    state.signals.some((signal) => signal.step === step.number && signal.item === item)
  );
}

function takeSignals(turn: Turn, place: Place, rule: WaitRule): void {
  const taken =
    rule.for.type === "signals" ? takeNamed(turn, rule, rule.for) : takeAddressed(turn, place, rule);
  if (taken === null) return;
  emit(turn, { type: "wait.ended", ...at(place), signals: taken.map((signal) => signal.seq) });
  emitSucceeded(turn, place, { type: "signals" });
}

function takeNamed(
  turn: Turn,
  { schema }: WaitRule,
  { mode, names }: WaitFor & { type: "signals" },
): readonly Signal[] | null {
  const first = (wanted: (name: string) => boolean) =>
    turn.state.signals.find(
      (signal) =>
        signal.step === null &&
        wanted(signal.name) &&
        (schema === null || schema.judge(signal.body).length === 0),
    );
  if (mode === "any") {
    const found = first((name) => names.includes(name));
    return found === undefined ? null : [found];
  }
  const found = names.map((wanted) => first((name) => name === wanted));
  return found.every((signal) => signal !== undefined) ? found : null;
}

/** What was sent to this very task: a callback, or an event for which `when` is true. */
function takeAddressed(turn: Turn, place: Place, rule: WaitRule): readonly Signal[] | null {
  const { step, item } = place;
  for (const signal of turn.state.signals) {
    if (signal.step !== step.number || signal.item !== item) continue;
    const isWanted = rule.for.type !== "event" || judge(turn, rule, rule.for, signal);
    if (isWanted === null) return null;
    if (isWanted) return [signal];
    emit(turn, { type: "wait.ignored", ...at(place), signal: signal.seq });
  }
  return null;
}

/** Whether the event that is offered is none for the wait, and that is known without the sandbox. */
export function isPassedOver(turn: Turn, { step }: Place, body: Json): boolean {
  const rule = waitOf(step);
  if (rule?.for.type !== "event") return false;
  return judge(turn, rule, rule.for, { seq: turn.state.seq + 1, body }) === false;
}

/** Whether a wait takes an event; null when the sandbox is needed first. */
function judge(
  turn: Turn,
  rule: WaitRule,
  { when }: WaitFor & { type: "event" },
  event: JudgedEvent,
): boolean | null {
  if (!fits(rule, event) || isTakenEvent(turn, event.body)) return false;
  if (when === null) return true;
  const judged = judgeEvent(turn, when, event);
  if (judged === null) return null;
  // One that it cannot be evaluated for is none for the wait: its sender must not be able to end the run.
  return judged.ok && judged.value;
}

/** `seq` is that of the event of the log that records it, or would. */
type JudgedEvent = Pick<Signal, "seq" | "body">;

/** Null when the sandbox is needed first. */
function judgeEvent(turn: Turn, when: Expression, { seq, body }: JudgedEvent) {
  const scope = scopeOf(turn.workflow, turn.state, { event: body });
  return evaluate(turn, judgmentOf(seq), scope, (seen) => evaluateCondition(when, seen));
}

/** As many as the sandbox evaluates together. */
const aheadMax = 32;

/** Asks for what the sandbox must judge of the events behind the next one: they are judged together, not one by one. */
export function lookAtEvents(turn: Turn, step: Step): void {
  const rule = waitOf(step);
  if (rule?.for.type !== "event" || rule.for.when === null) return;
  if (stepAt(turn.state, step.number).phase !== "wait") return;
  let left = aheadMax;
  for (const signal of turn.state.signals) {
    if (signal.step !== step.number || signal.item !== null) continue;
    if (left-- === 0) return;
    if (fits(rule, signal)) judgeEvent(turn, rule.for.when, signal);
  }
}

/** An event ends one wait of a run, and none of the run that it started: one that another wait passed over is still there. */
export function isTakenEvent({ state }: Turn, event: Json): boolean {
  const name = eventName(event);
  const { trigger } = state.created;
  if (trigger.event !== undefined && eventName(trigger.event) === name) return true;
  return state.steps.some(
    ({ awaited, signals }) => awaited !== null && signals?.some(({ body }) => eventName(body) === name),
  );
}

function eventName(event: Json): string {
  const part = (name: string) => (isJsonObject(event) ? stringifyJson(member(event, name) ?? null) : "");
  return `${part("source")} ${part("id")}`;
}

/** Whether the data of an event fit the schema of the wait. */
function fits({ schema }: WaitRule, { body }: JudgedEvent): boolean {
  const data = isJsonObject(body) ? (member(body, "data") ?? null) : null;
  return schema === null || schema.judge(data).length === 0;
}

/** The wait's own time is over. */
export function timeOutWait(turn: Turn, place: Place, rule: WaitRule): void {
  emit(turn, { type: "wait.timed_out", ...at(place) });
  if (rule.onTimeout === "continue") {
    emitSucceeded(turn, place, { type: "signals" });
  } else if (rule.onTimeout === "reject" && place.item === null) {
    emit(turn, { type: "step.rejected", step: place.step.number });
  } else {
    failTask(turn, place, unsent("wait_timeout", "wait_timed_out", "nothing came in time"));
  }
}
