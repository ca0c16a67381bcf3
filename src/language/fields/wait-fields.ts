// The fields of a wait: for signals, for an event, or for the callback of a call.

import { limits } from "../../value/limits.ts";
import { placeOf, placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { conditionShape } from "../shape/condition-shape.ts";
import { listShape } from "../shape/list-shape.ts";
import { identifier } from "../shape/map-shape.ts";
import { durationShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { ReadContext, Shape } from "../shape/shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape, patternShape, textShape } from "../shape/text-shape.ts";
import { schemaUseShape } from "./schema-shape.ts";

const plainTemplate = templateShape({ secrets: false, takes: "any" });

const signalText = patternShape(
  identifier.pattern,
  identifier.lengthMax,
  `the name of a signal (${identifier.words})`,
  "invalid_name",
);

/** Names of signals are keys of the output of a wait for several. */
const signalName: Shape<string> = {
  ...signalText,
  read(node, context) {
    const name = signalText.read(node, context);
    if (name !== "__proto__") return name;
    addProblem(context.report, "unsafe_key", placeOf(node), "a signal may not have the name `__proto__`");
  },
};

const signalNames = listShape(signalName, { unique: true });

const showFields = {
  title: { about: "A heading.", shape: templateShape({ secrets: false, takes: "text" }) },
  text: { about: "What is asked.", shape: templateShape({ secrets: false, takes: "text" }) },
  data: { about: "Values to show.", shape: plainTemplate },
} as const;

const showShape = objectShape({
  name: "show",
  about: "What the holder of the callback's address is shown; nothing else of the run is.",
  fields: showFields,
});

const waitFields = {
  signal: { about: "The name of the signal to wait for.", shape: signalName },
  any: { about: "Names of signals: the earliest arrival ends the wait.", shape: signalNames },
  all: { about: "Names of signals: all of them, taken together.", shape: signalNames },
  event: { about: "The `type` of the CloudEvent to wait for.", shape: textShape(256) },
  subject: {
    about: "The event's `subject` must be this text.",
    shape: templateShape({ secrets: false, takes: "text" }),
  },
  when: { about: "Narrows the events further; it sees the event as `event`.", shape: conditionShape() },
  schema: {
    about: "The signal's body, or the event's data, must fit this JSON Schema.",
    shape: schemaUseShape,
  },
  timeout: {
    about: "How long to wait, from the start of the wait.",
    shape: durationShape(1),
    default: `${limits.duration_ms / 86_400_000}d`,
  },
  on_timeout: {
    about:
      "`fail`: the step fails; `reject`: it ends rejected, and nothing behind it runs; `continue`: it succeeds without a signal.",
    shape: choiceShape(["fail", "reject", "continue"]),
    default: "fail",
  },
  show: { about: "What the holder of the callback's address is shown.", shape: showShape },
} as const;

export type WaitRead = ObjectRead<typeof waitFields>;

export const waitShape = objectShape({
  name: "wait",
  about: "Waits for a signal or an event; with a `request`, for its callback.",
  fields: waitFields,
  check: checkWait,
});

/** What a wait can be for. */
export const waitedFor = ["signal", "any", "all", "event"] as const;

function checkWait(read: WaitRead, context: ReadContext): void {
  const { entries } = read;
  const named = waitedFor.filter((name) => entries[name] !== undefined);
  for (const second of named.slice(1)) {
    const entry = entries[second];
    if (entry === undefined) continue;
    const message = `the wait has a \`${named[0]}\` already`;
    addProblem(context.report, "wait_for_two_things", placeOfKey(entry), message, "make two steps of it");
  }
  for (const name of ["subject", "when"] as const) {
    const entry = entries[name];
    if (entry === undefined || entries.event !== undefined) continue;
    const message = `\`${name}\` makes sense with an \`event\` only`;
    addProblem(context.report, "field_needs_event", placeOfKey(entry), message, "remove it");
  }
  for (const name of ["any", "all"] as const) {
    if (read.values[name]?.length !== 0) continue;
    const place = placeOf((entries[name] as { value: typeof read.node }).value);
    addProblem(context.report, "out_of_range", place, `\`${name}\` names at least one signal`);
  }
}
