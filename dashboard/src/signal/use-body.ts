// The body that a form makes: fields and JSON are two views of one text.

import type { Json } from "dispatched/language";
import { useMemo, useState } from "react";
import { bodyOf, type FieldTexts, fieldProblem, initialTexts, jsonProblem, textsOf } from "./form-body.ts";
import { type FormField, schemaFields } from "./schema-fields.ts";

export interface BodyDraft {
  readonly fields: readonly FormField[];
  readonly texts: FieldTexts;
  /** As it would be sent; null: no body. */
  readonly body: string | null;
  /** Why the JSON cannot be shown in the fields: they are off. */
  readonly apart: string | null;
  /** By the name of a field, or empty for the JSON. */
  readonly problems: Readonly<Record<string, string>>;
  setField(name: string, text: string | undefined): void;
  setJson(text: string): void;
}

/** @param start JSON text with which it begins in the place of the schema's defaults */
export function useBody(schema: Json | null, start: string | null = null): BodyDraft {
  const fields = useMemo(() => schemaFields(schema), [schema]);
  const [texts, setTexts] = useState<FieldTexts>(() =>
    start === null ? initialTexts(fields) : (textsOf(fields, start) ?? {}),
  );
  const [json, setJson] = useState<string | null>(start);
  const made = fields.length === 0 ? null : bodyOf(fields, texts);
  const body = json === null ? made : json.trim() === "" ? null : json;
  return {
    fields,
    texts,
    body,
    apart: apartOf(fields, json),
    problems: problemsOf(fields, texts, json),
    setField(name, text) {
      const { [name]: _, ...others } = texts;
      setTexts(text === undefined ? others : { ...others, [name]: text });
      setJson(null);
    },
    setJson(text) {
      setJson(text);
      if (fields.length > 0) setTexts(textsOf(fields, text) ?? texts);
    },
  };
}

function apartOf(fields: readonly FormField[], json: string | null): string | null {
  if (json === null || fields.length === 0 || textsOf(fields, json) !== null) return null;
  return jsonProblem(json) === null
    ? "The JSON is no object, so that the fields cannot show it."
    : "The fields go on when the JSON can be read.";
}

function problemsOf(
  fields: readonly FormField[],
  texts: FieldTexts,
  json: string | null,
): Readonly<Record<string, string>> {
  const wrong = json === null || json.trim() === "" ? null : jsonProblem(json);
  if (wrong !== null) return { "": wrong };
  // What somebody wrote as JSON is judged by the engine alone.
  if (json !== null) return {};
  return Object.fromEntries(
    fields.flatMap((field) => {
      const problem = fieldProblem(field, texts[field.name]);
      return problem === null ? [] : [[field.name, problem]];
    }),
  );
}
