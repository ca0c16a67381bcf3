// What schemas of events share: the frame of an event, and the parts of several.

import {
  anything,
  choice,
  flag,
  list,
  type Members,
  mapOf,
  none,
  oneOf,
  optional,
  orNull,
  type Properties,
  record,
  type TypedSchema,
  text,
  time,
  whole,
} from "../typed-schema.ts";
import { failure, response, storedBody } from "./run-schemas.ts";

/** A time within `data`. */
export const ms = (about: string) => whole(`${about} (milliseconds since 1970)`);

const ofEach = {
  secrets: optional(
    list(
      "What the attempt that it ends used, if anything",
      record(
        "A secret that was used, never its value",
        { name: text("Name"), version: whole("Version", 1) },
        "SecretUse",
      ),
    ),
  ),
  stored: optional(list("Large members of `data`, which are null in it and stand apart", storedBody)),
};

/** Of a step, or of one item of its strategy. */
export const at = { item: optional(whole("Number of the item, from 0; of a step itself absent")) };

const places = {
  run: none("It is of no step"),
  step: text("Id of the step"),
  either: orNull(text("Id of the step; null when it is of none")),
} as const;

export interface EventSchema<Type extends string = string, Data = unknown>
  extends TypedSchema<{ readonly type: Type; readonly data: Data }> {
  readonly types: readonly Type[];
  readonly data: TypedSchema<Data>;
}

/** Events that have the same members. */
export function eventOf<const Type extends string, Of extends Properties>(
  types: readonly Type[],
  about: string,
  place: keyof typeof places,
  members: Of,
): EventSchema<Type, Members<Of & typeof ofEach>> {
  const data = record("What is recorded of it", { ...members, ...ofEach });
  const schema = record(
    about,
    {
      seq: whole("Its number, from 1", 1),
      type: choice("What happened", types),
      at: time("When"),
      step: places[place],
      data,
    },
    titleOf(types[0] ?? ""),
  );
  return { source: schema.source, optional: false, types, data } as EventSchema<
    Type,
    Members<Of & typeof ofEach>
  >;
}

/** `wait.timed_out` is `WaitTimedOutEvent`. */
function titleOf(type: string): string {
  const words = type.split(/[._]/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join("")}Event`;
}

export const skipReason = choice(
  "`when`: a condition was false; `rejection`: something before it was rejected; `directive`: the service said so",
  ["when", "rejection", "directive"],
);

export const stepResult = oneOf(
  "What a step or item gave",
  [
    record("A whole answer", {
      type: choice("What", ["response"]),
      status: whole("Status", 100, 599),
      headers: mapOf("Headers", text("Value")),
      body: anything("Body, parsed"),
    }),
    record("A value", { type: choice("What", ["value"]), value: anything("It") }),
    record("The last of its pages; the items of those before stand in events before", {
      type: choice("What", ["paged"]),
      status: whole("Status", 100, 599),
      headers: mapOf("Headers", text("Value")),
      items: list("Its items", anything("An item")),
    }),
    record("The output of the child", {
      type: choice("What", ["child"]),
      run: text("Id of the child"),
      output: anything("Its output"),
    }),
    record("What stands in events before: the latest answer, the signals, the outputs of items; or a sleep", {
      type: choice("What", ["polled", "signals", "items", "slept"]),
    }),
  ],
  "StepResult",
);

const reason = orNull(text("Why"));
const after = orNull(whole("Milliseconds; null when it does not say"));

export const directed = {
  directive: oneOf(
    "What the service said",
    [
      record("Try again", { type: choice("Word", ["retry"]), afterMs: after }),
      record("Fail", { type: choice("Word", ["fail"]), reason }),
      record("Ask later", { type: choice("Word", ["poll"]), afterMs: after, url: orNull(text("Where")) }),
      record("Skip the step, or complete the run", { type: choice("Word", ["skip", "complete"]) }),
    ],
    "Directive",
  ),
  allowed: flag("The workflow allows it"),
};

export const spent = whole("Retries spent so far, this one included; one that follows a crash spends none");
export const notBefore = ms("When it may be sent, at the earliest");
export const heldMs = optional(
  whole("Milliseconds for which the rule of its host held attempts back so far"),
);
export const answered = orNull(response);
export const failed = orNull(failure);
export const deadlineAt = orNull(ms("When its timeout passes"));

/** A member that only some have. */
export const maybeAnswer = optional(response);
