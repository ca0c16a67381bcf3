// The fields of a step.

import { limits } from "../../value/limits.ts";
import type { DocumentEntry } from "../document/document-node.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem, addWarning } from "../document/report.ts";
import { conditionShape } from "../shape/condition-shape.ts";
import { listShape } from "../shape/list-shape.ts";
import { booleanShape, durationShape, integerShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape, textShape } from "../shape/text-shape.ts";
import type { SleepAction } from "../workflow.ts";
import { checkPages } from "./check-pages.ts";
import { requestShape } from "./request-fields.ts";
import { responseShape } from "./response-fields.ts";
import { retryShape } from "./retry-fields.ts";
import { strategyShape } from "./strategy-fields.ts";
import { waitedFor, waitShape } from "./wait-fields.ts";
import { workflowNameShape } from "./workflow-name-shape.ts";

const compensateFields = {
  request: {
    about: "The call that undoes the step. Its templates see every step, its own included.",
    shape: requestShape,
    required: true,
  },
  response: { about: "How its answer is judged.", shape: responseShape },
  retry: { about: "When it is tried again; without it five times, whatever the method.", shape: retryShape },
  when_unknown: {
    about: "Also undo a step whose outcome is unknown.",
    shape: booleanShape(),
    default: false,
  },
} as const;

export type CompensateRead = ObjectRead<typeof compensateFields>;

const compensateShape = objectShape({
  name: "compensation",
  about: "A request that undoes the step when the run ends badly.",
  fields: compensateFields,
});

const plainTemplate = templateShape({ secrets: false, takes: "any" });

const untilFields = {
  until: {
    about: "A template that gives a timestamp (RFC 3339), or milliseconds since 1970.",
    shape: plainTemplate,
    required: true,
  },
} as const;

const untilShape = objectShape({ name: "sleep", about: "Until a point in time.", fields: untilFields });

const sleepShape: Shape<SleepAction["for"]> = {
  read(node, context) {
    if (node.type !== "object") {
      const ms = durationShape(0).read(node, context);
      return ms === undefined ? undefined : { type: "duration", ms };
    }
    const at = untilShape.read(node, context)?.values.until;
    return at === undefined ? undefined : { type: "until", at };
  },
  schema: (definitions) => ({
    anyOf: [durationShape(0).schema(definitions), untilShape.schema(definitions)],
  }),
};

const childFields = {
  name: { about: "The name of the workflow.", shape: workflowNameShape, required: true },
  version: { about: "Its version; the highest without it.", shape: integerShape(1, limits.version) },
  body: { about: "What the child reads as `trigger.body`.", shape: plainTemplate, default: null },
} as const;

const childShape = objectShape({
  name: "child",
  about: "A run of another workflow.",
  fields: childFields,
  ofText: (text) => `write \`{name: ${text}}\``,
});

export const directiveTypes = ["retry", "fail", "poll", "skip", "complete"] as const;

const stepFields = {
  after: {
    about: "Ids of the steps that this one comes after.",
    shape: listShape(textShape(64), { unique: true }),
    default: [],
  },
  join: {
    about: "`all`: when all of `after` have ended; `any`: at the first that passed.",
    shape: choiceShape(["all", "any"]),
    default: "all",
  },
  when: { about: "The step is skipped when this is false or null.", shape: conditionShape() },
  request: { about: "The call that the step makes.", shape: requestShape },
  value: {
    about: "A template that is evaluated without any call: the step's output.",
    shape: plainTemplate,
  },
  wait: { about: "Waits for a signal or an event; with a `request`, for its callback.", shape: waitShape },
  sleep: { about: "A duration, or `until` a timestamp.", shape: sleepShape },
  workflow: {
    about: "Starts a run of another workflow; its result is the step's output.",
    shape: childShape,
  },
  strategy: { about: "Repeats the step over a list.", shape: strategyShape },
  directives: {
    about: "What the called service may tell the engine in `Dispatched-Directive`.",
    shape: listShape(choiceShape(directiveTypes), { unique: true }),
    default: ["retry", "fail", "poll"],
  },
  response: { about: "How the answer is judged.", shape: responseShape },
  timeout: {
    about: "The whole step: attempts, delays, polls and the wait for a callback.",
    shape: durationShape(1),
  },
  retry: {
    about:
      "When a failed attempt is tried again. Without it GET, HEAD, PUT, DELETE and OPTIONS get two retries, others none.",
    shape: retryShape,
  },
  on_error: {
    about:
      "`fail`: the run ends badly when the step fails; `continue`: the steps after it run, and can read its `error`.",
    shape: choiceShape(["fail", "continue"]),
    default: "fail",
  },
  on_crash: {
    about: "What becomes of an attempt that a crash of the engine cut off.",
    shape: choiceShape(["retry", "fail"]),
    default: "retry",
  },
  compensate: { about: "What undoes the step when the run ends badly.", shape: compensateShape },
} as const;

export type StepRead = ObjectRead<typeof stepFields>;

/** What a step can do: exactly one of these fields, or `request` and `wait`. */
const actions = ["request", "wait", "sleep", "workflow", "value"] as const;

/** Fields that say how a call is made, judged and undone, and what they need. */
const fieldsOfActions = {
  response: ["request"],
  retry: ["request"],
  on_crash: ["request"],
  directives: ["request"],
  compensate: ["request", "workflow"],
  strategy: ["request", "workflow", "value"],
} as const;

export const stepShape = objectShape({
  name: "step",
  about:
    "A step does one thing, named by one of the fields `request`, `wait`, `sleep`, `workflow` and `value`.",
  fields: stepFields,
  check: checkStep,
  rules: {
    oneOf: actions.map((action) =>
      action === "wait" ? { required: [action], not: { required: ["request"] } } : { required: [action] },
    ),
    dependentSchemas: Object.fromEntries(
      Object.entries(fieldsOfActions).map(([field, wanted]) => [
        field,
        { anyOf: wanted.map((action) => ({ required: [action] })) },
      ]),
    ),
  },
});

function checkStep(read: StepRead, context: ReadContext): void {
  const done = actions.filter((action) => read.entries[action] !== undefined);
  if (done.length === 0) {
    const place = { ...placeOf(read.node), end: read.node.start + 1 };
    const fix = "give it a `request`, `wait`, `sleep`, `workflow` or `value`";
    addProblem(context.report, "step_does_nothing", place, "the step does nothing", fix);
  }
  const calls = done[0] === "request" && done[1] === "wait";
  for (const action of done.slice(calls ? 2 : 1)) {
    const entry = read.entries[action];
    if (entry === undefined) continue;
    const message = `the step has a \`${done[0]}\` already`;
    addProblem(context.report, "step_does_two_things", placeOfKey(entry), message, "make two steps of it");
  }
  checkFieldsOfActions(read, done, context);
  warnOfRace(read, context);
  checkPages(read, context);
  checkWaitedFor(read, calls, context);
}

function checkFieldsOfActions(read: StepRead, done: readonly string[], context: ReadContext): void {
  if (done.length === 0) return;
  for (const [field, wanted] of Object.entries(fieldsOfActions)) {
    const entry = read.entries[field as keyof typeof fieldsOfActions];
    if (entry === undefined || wanted.some((action) => done.includes(action))) continue;
    const words = wanted.map((action) => `a \`${action}\``).join(" or ");
    const message = `\`${field}\` makes sense with ${words} only`;
    addProblem(context.report, "field_needs_request", placeOfKey(entry), message, "remove it");
  }
}

/** The losers of a race are aborted, which is no harm only where nothing is changed. */
function warnOfRace({ values, entries }: StepRead, context: ReadContext): void {
  const method = values.request?.values.method;
  if (values.strategy?.type !== "race" || entries.strategy === undefined || method === undefined) return;
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
  const message = `the calls that lose are aborted, and a ${method} may have changed something by then`;
  const fix = "race calls of GET, or undo with `compensate` and `when_unknown: true`";
  addWarning(context.report, "race_of_changes", placeOfKey(entries.strategy), message, fix);
}

function checkWaitedFor(read: StepRead, calls: boolean, context: ReadContext): void {
  const wait = read.values.wait;
  if (wait === undefined) return;
  const named = waitedFor.find((name) => wait.entries[name] !== undefined);
  if (calls && named !== undefined) {
    const place = placeOfKey(wait.entries[named] as DocumentEntry);
    const message = "a step with a `request` waits for its callback";
    addProblem(context.report, "wait_for_two_things", place, message, "remove it, or make two steps of it");
  }
  if (!calls && named === undefined) {
    const place = { ...placeOf(wait.node), end: wait.node.start + 1 };
    const fix = "give it a `signal`, `any`, `all` or `event`";
    addProblem(context.report, "wait_for_nothing", place, "the wait is for nothing", fix);
  }
  if (!calls && wait.entries.show !== undefined) {
    const message = "`show` makes sense with a `request` only";
    addProblem(context.report, "field_needs_request", placeOfKey(wait.entries.show), message, "remove it");
  }
}
