// The fields of a step.

import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { conditionShape } from "../shape/condition-shape.ts";
import { listShape } from "../shape/list-shape.ts";
import { booleanShape, durationShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape, textShape } from "../shape/text-shape.ts";
import { requestShape } from "./request-fields.ts";
import { responseShape } from "./response-fields.ts";
import { retryShape } from "./retry-fields.ts";

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
    shape: templateShape({ secrets: false, takes: "any" }),
  },
  response: { about: "How the answer is judged.", shape: responseShape },
  timeout: { about: "The whole step: attempts and delays.", shape: durationShape(1) },
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

/** What a step can do: exactly one of these fields. */
const actions = ["request", "value"] as const;

/** Fields that say how a call is made, judged and undone. */
const callFields = ["response", "retry", "on_crash", "compensate"] as const;

export const stepShape = objectShape({
  name: "step",
  about: "A step does one thing, named by one of the fields `request` and `value`.",
  fields: stepFields,
  check: checkStep,
  rules: {
    oneOf: actions.map((action) => ({ required: [action] })),
    dependentRequired: Object.fromEntries(callFields.map((field) => [field, ["request"]])),
  },
});

function checkStep(read: StepRead, context: ReadContext): void {
  const done = actions.filter((action) => read.entries[action] !== undefined);
  if (done.length === 0) {
    const place = { ...placeOf(read.node), end: read.node.start + 1 };
    addProblem(
      context.report,
      "step_does_nothing",
      place,
      "the step does nothing",
      "give it a `request` or a `value`",
    );
  }
  for (const action of done.slice(1)) {
    const entry = read.entries[action];
    if (entry === undefined) continue;
    addProblem(
      context.report,
      "step_does_two_things",
      placeOfKey(entry),
      `the step has a \`${done[0]}\` already`,
      "make two steps of it",
    );
  }
  if (done.length === 0 || done.includes("request")) return;
  for (const field of callFields) {
    const entry = read.entries[field];
    if (entry === undefined) continue;
    addProblem(
      context.report,
      "field_needs_request",
      placeOfKey(entry),
      `\`${field}\` makes sense with a \`request\` only`,
      "remove it",
    );
  }
}
