// The answer of a callback's form, turned into what its schema asks for.

import type { Json } from "../../value/json.ts";
import { DispatchedError } from "../../value/problem.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { parseBody } from "../read-json-body.ts";
import type { FormField } from "./form-fields.ts";

/** The name of a field in the form: no member can have the name of the whole. */
export function fieldName({ name }: FormField): string {
  return name === null ? "answer" : `answer.${name}`;
}

/**
 * An empty field is left out; an empty text that is required stays. What is of the wrong type is passed on as text, for the
 * schema to refuse. Errors: `invalid_body` for a field that the form has not, or that comes twice; `invalid_json`.
 */
export function readForm(fields: readonly FormField[], text: string): Json {
  const given = new URLSearchParams(text);
  const known = new Set(fields.map(fieldName));
  for (const name of given.keys()) {
    if (known.has(name) && given.getAll(name).length === 1) continue;
    throw new DispatchedError(
      "invalid_body",
      "the form has a field that it should not have, or has it twice",
    );
  }
  const [first] = fields;
  if (first?.name === null) return fieldValue(first, given.get(fieldName(first)) ?? "") ?? null;
  const members = fields.flatMap((field) => {
    const value = fieldValue(field, given.get(fieldName(field)) ?? "");
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return Object.fromEntries(members);
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function fieldValue({ type, required, options }: FormField, text: string): Json | undefined {
  if (text === "") return type === "text" && required ? "" : undefined;
  switch (type) {
    case "yes_no":
      return text === "true" ? true : text === "false" ? false : text;
    case "choice":
      return options.find((option) => optionText(option) === text) ?? text;
    case "number":
      return numberOf(text.trim()) ?? text;
    case "json":
      return parseBody(text);
    case "text":
      // Forms send each line break as CRLF.
      return text.replaceAll("\r\n", "\n");
  }
}

/** As of JSON: whole numbers stay exact, and what is beyond every double is none. */
function numberOf(text: string): Json | null {
  if (!decimal.test(text)) return null;
  const number = Number(text);
  if (!Number.isFinite(number)) return null;
  return /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text.replace(/^\+/, "")) : number;
}

export function optionText(option: Json): string {
  return typeof option === "string" ? option : stringifyJson(option);
}
