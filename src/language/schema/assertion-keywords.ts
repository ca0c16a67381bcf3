// Keywords that judge a value by itself: type, enum, numbers, texts, sizes.

import { equalJson } from "../../value/equal-json.ts";
import { isJsonObject, type Json } from "../../value/json.ts";
import { kindOf } from "../evaluate/kind-of.ts";
import { firstRepeated } from "./first-repeated.ts";
import { isMultiple } from "./is-multiple.ts";
import { report, spend } from "./judgement.ts";
import type { Keyword } from "./keyword.ts";
import type { Check } from "./schema-node.ts";

const words: Readonly<Record<string, string>> = {
  null: "null",
  boolean: "a boolean",
  object: "an object",
  array: "a list",
  number: "a number",
  integer: "a whole number",
  string: "a text",
};

function hasType(value: Json, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "object":
      return isJsonObject(value);
    case "array":
      return Array.isArray(value);
    case "number":
      return isNumber(value);
    case "integer":
      return typeof value === "bigint" || Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function isNumber(value: Json): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** A check of numbers; anything else passes. */
function onNumber(keyword: string, fits: (value: number | bigint) => boolean, expected: string): Check {
  return (value, judgement) =>
    !isNumber(value) || fits(value) || report(judgement, keyword, `${expected} is expected`);
}

/** A check of how much is in a value: characters, items, members; -1 for a value that the keyword does not judge. */
function onSize(
  keyword: string,
  sizeOf: (value: Json) => number,
  fits: (size: number) => boolean,
  expected: string,
): Check {
  return (value, judgement) => {
    const size = sizeOf(value);
    if (size > 1_000) spend(judgement, size / 1_000);
    return (
      size < 0 || fits(size) || report(judgement, keyword, `${expected} expected, and there are ${size}`)
    );
  };
}

/** Characters as people count them: code points. */
function charactersOf(value: Json): number {
  if (typeof value !== "string") return -1;
  let count = value.length;
  for (let index = 0; index < value.length - 1; index++) {
    const pair = value.charCodeAt(index) >> 10 === 0x36 && value.charCodeAt(index + 1) >> 10 === 0x37;
    if (pair) {
      count -= 1;
      index += 1;
    }
  }
  return count;
}

const itemsOf = (value: Json): number => (Array.isArray(value) ? value.length : -1);
const membersOf = (value: Json): number => (isJsonObject(value) ? Object.keys(value).length : -1);

function sizeKeywords(
  min: string,
  max: string,
  sizeOf: (value: Json) => number,
  what: string,
): Record<string, Keyword> {
  return {
    [min]: {
      takes: "count",
      compile: (limit) =>
        onSize(min, sizeOf, (size) => size >= Number(limit), `at least ${limit} ${what} are`),
    },
    [max]: {
      takes: "count",
      compile: (limit) =>
        onSize(max, sizeOf, (size) => size <= Number(limit), `at most ${limit} ${what} are`),
    },
  };
}

/** Bounds and numbers compare exactly, big integers too. */
type Bound = number | bigint;

export const assertionKeywords: Readonly<Record<string, Keyword>> = {
  type: {
    takes: "types",
    compile(types) {
      const allowed = (Array.isArray(types) ? types : [types]) as readonly string[];
      const expected = allowed.map((type) => words[type]).join(" or ");
      return (value, judgement) =>
        allowed.some((type) => hasType(value, type)) ||
        report(judgement, "type", `${expected} is expected, and this is ${kindOf(value)}`);
    },
  },
  enum: {
    takes: "list",
    compile(values) {
      const allowed = values as readonly Json[];
      const shown = allowed.length <= 10 ? `: ${allowed.map((value) => clip(value)).join(", ")}` : "";
      return (value, judgement) => {
        spend(judgement, allowed.length);
        return (
          allowed.some((each) => equalJson(each, value)) ||
          report(judgement, "enum", `one of ${allowed.length} values is expected${shown}`)
        );
      };
    },
  },
  const: {
    takes: "any",
    compile: (expected) => (value, judgement) =>
      equalJson(expected, value) || report(judgement, "const", `${clip(expected)} is expected`),
  },
  multipleOf: {
    takes: "positive-number",
    compile: (factor) =>
      onNumber("multipleOf", (value) => isMultiple(value, factor as Bound), `a multiple of ${factor}`),
  },
  maximum: {
    takes: "number",
    compile: (limit) =>
      onNumber("maximum", (value) => value <= (limit as Bound), `a number of at most ${limit}`),
  },
  exclusiveMaximum: {
    takes: "number",
    compile: (limit) =>
      onNumber("exclusiveMaximum", (value) => value < (limit as Bound), `a number below ${limit}`),
  },
  minimum: {
    takes: "number",
    compile: (limit) =>
      onNumber("minimum", (value) => value >= (limit as Bound), `a number of at least ${limit}`),
  },
  exclusiveMinimum: {
    takes: "number",
    compile: (limit) =>
      onNumber("exclusiveMinimum", (value) => value > (limit as Bound), `a number above ${limit}`),
  },
  ...sizeKeywords("minLength", "maxLength", charactersOf, "characters"),
  ...sizeKeywords("minItems", "maxItems", itemsOf, "items"),
  ...sizeKeywords("minProperties", "maxProperties", membersOf, "members"),
  pattern: {
    takes: "pattern",
    compile(source, place) {
      const pattern = place.pattern(String(source), "pattern");
      if (pattern === null) return null;
      return (value, judgement) => {
        if (typeof value !== "string") return true;
        if (!spend(judgement, pattern.cost(value))) return false;
        return (
          pattern.test(value) ||
          report(judgement, "pattern", `a text that fits the pattern ${source} is expected`)
        );
      };
    },
  },
  uniqueItems: {
    takes: "boolean",
    compile(unique) {
      if (unique !== true) return null;
      return (value, judgement) => {
        if (!Array.isArray(value)) return true;
        const repeated = firstRepeated(value, judgement);
        return (
          repeated === null ||
          report(
            judgement,
            "uniqueItems",
            `every item must be another, and items ${repeated[0]} and ${repeated[1]} are equal`,
          )
        );
      };
    },
  },
};

function clip(value: Json): string {
  const text =
    typeof value === "bigint"
      ? `${value}`
      : JSON.stringify(value, (_key, entry) => (typeof entry === "bigint" ? `${entry}` : entry));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
