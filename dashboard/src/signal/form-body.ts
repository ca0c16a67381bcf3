// What stands in a form's fields, as the JSON text that is sent; and back, when somebody writes the JSON.

import { readJson, stringifyJson } from "dispatched/language";
import type { FormField } from "./schema-fields.ts";

/** JSON text by the name of a member; what is being typed may not be JSON yet. Absent: it is left out. */
export type FieldTexts = Readonly<Record<string, string>>;

const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const integerText = /^-?(?:0|[1-9]\d*)$/;

export function initialTexts(fields: readonly FormField[]): FieldTexts {
  return Object.fromEntries(
    fields.flatMap(({ name, initial }) => (initial === null ? [] : [[name, initial]])),
  );
}

/** Of the body that the texts make, or null when there is nothing to send. */
export function bodyOf(fields: readonly FormField[], texts: FieldTexts): string | null {
  if (fields[0]?.name === "") return texts[""] ?? null;
  const names = [...fields.map(({ name }) => name), ...Object.keys(texts)];
  const members = [...new Set(names)].flatMap((name) =>
    texts[name] === undefined ? [] : [`  ${JSON.stringify(name)}: ${texts[name]}`],
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n}`;
}

/** Members of a body by name, those that no field has too; null when the text is no JSON, or not what fields can show. */
export function textsOf(fields: readonly FormField[], body: string): FieldTexts | null {
  const read = readJson(body);
  if (!read.ok) return null;
  const { value } = read;
  if (fields[0]?.name === "") return { "": stringifyJson(value) };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, stringifyJson(one)]));
}

/** Why the text is no JSON, and where, or null when it is. */
export function jsonProblem(text: string): string | null {
  const read = readJson(text);
  if (read.ok) return null;
  const { line, column, message, fix } = read.fault;
  const place = line === null ? "" : `line ${line}, column ${column}: `;
  return `not JSON yet: ${place}${message}${fix === null ? "" : ` (${fix})`}`;
}

/** What keeps a field from being sent, as far as the page can tell; what else the schema asks for, the engine says. */
export function fieldProblem({ kind, required, label }: FormField, text: string | undefined): string | null {
  if (text === undefined) return required ? `${label} is needed` : null;
  if (text === "null") return null;
  if (kind === "number" && !numberText.test(text)) return "write a number, such as 12.5";
  if (kind === "integer" && !integerText.test(text)) return "write a whole number, such as 12";
  const problem = kind === "string" || kind === "choice" ? null : jsonProblem(text);
  if (problem !== null) return problem;
  if (kind === "array" && !text.trimStart().startsWith("[")) return "write a list, such as [1, 2]";
  if (kind === "object" && !text.trimStart().startsWith("{")) return 'write an object, such as {"a": 1}';
  return null;
}
