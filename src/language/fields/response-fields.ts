// The fields that say how an answer is judged.

import { limits } from "../../value/limits.ts";
import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { conditionShape } from "../shape/condition-shape.ts";
import { listShape } from "../shape/list-shape.ts";
import { durationShape, integerShape } from "../shape/number-shape.ts";
import { type ObjectRead, objectShape } from "../shape/object-shape.ts";
import type { Shape } from "../shape/shape.ts";
import { choiceShape } from "../shape/text-shape.ts";
import { wrongType } from "../shape/wrong-type.ts";
import { paginateShape } from "./paginate-fields.ts";
import { schemaUseShape } from "./schema-shape.ts";

export const responseDefaults = { timeoutMs: 30_000, maxBytes: limits.response_body_bytes } as const;

const statusShape: Shape<number> = {
  read(node, context) {
    if (node.type !== "scalar" || typeof node.value !== "number") return wrongType(context, node, "a status");
    if (Number.isInteger(node.value) && node.value >= 100 && node.value <= 599) return node.value;
    addProblem(
      context.report,
      "invalid_status",
      placeOf(node),
      `${node.value} is not a status from 100 to 599`,
    );
  },
  schema: () => ({ type: "integer", minimum: 100, maximum: 599 }),
};

const pollFields = {
  while: {
    about: "Goes on asking while this is true; it sees the latest answer as the step's own `response`.",
    shape: conditionShape(),
    required: true,
  },
  every: { about: "The pause between two questions.", shape: durationShape(1), default: "5s" },
  max: { about: "The longest time from the first answer.", shape: durationShape(1), default: "24h" },
} as const;

const pollShape = objectShape({
  name: "poll",
  about:
    "After the first answer the same address, or its `Location`, is asked by GET until `while` is false.",
  fields: pollFields,
});

export const pollDefaults = { everyMs: 5_000, maxMs: 86_400_000 } as const;

const responseFields = {
  timeout: {
    about: "One attempt, from sending to the last byte of the answer.",
    shape: durationShape(1),
    default: "30s",
  },
  schema: {
    about: "The body must fit this JSON Schema: the name of one of `schemas`, or one in place.",
    shape: schemaUseShape,
  },
  expect: {
    about: "Further statuses that count as success.",
    shape: listShape(statusShape, { unique: true }),
  },
  parse: {
    about: "How the body is read: `auto` goes by its content type.",
    shape: choiceShape(["auto", "json", "text", "base64"]),
    default: "auto",
  },
  max_bytes: {
    about: "The largest body, before and after decompression.",
    shape: integerShape(1, limits.response_body_bytes),
    default: limits.response_body_bytes,
  },
  poll: { about: "How to ask until a job is done.", shape: pollShape },
  paginate: { about: "How to ask for further pages.", shape: paginateShape },
} as const;

export type ResponseRead = ObjectRead<typeof responseFields>;

export const responseShape = objectShape({
  name: "response",
  about: "How an answer is judged.",
  fields: responseFields,
});
