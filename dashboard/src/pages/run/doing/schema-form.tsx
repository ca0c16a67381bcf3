// Fields for what a schema describes. They write into the JSON text beside them, which alone is sent.

import type { Json } from "dispatched/language";
import { useId } from "react";
import { TextField } from "../../../look/field.tsx";
import { fieldsOf, fieldValue, type SchemaField } from "./fields-of.ts";

interface SchemaFormProps {
  readonly schema: Json;
  readonly text: string;
  readonly onText: (text: string) => void;
}

type Members = Readonly<Record<string, Json>>;

function membersOf(text: string): Members | null {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : null;
  } catch {
    return null;
  }
}

export function SchemaForm({ schema, text, onText }: SchemaFormProps) {
  const fields = fieldsOf(schema);
  const members = membersOf(text);
  if (fields === null) return <p className="m-0 text-soft">Its schema describes no fields: type its JSON.</p>;
  if (members === null)
    return <p className="m-0 text-soft">The JSON beside is no object, so there are no fields.</p>;
  const put = (field: SchemaField, typed: string) => {
    const { [field.name]: _, ...rest } = members;
    let value: Json | undefined;
    try {
      value = fieldValue(field, typed);
    } catch {
      // Half-typed: as text, which the engine judges.
      value = typed;
    }
    onText(JSON.stringify(value === undefined ? rest : { ...rest, [field.name]: value }, null, 2));
  };
  return (
    <div>
      {fields.map((field) => (
        <OneField
          key={field.name}
          field={field}
          value={members[field.name]}
          onTyped={(typed) => put(field, typed)}
        />
      ))}
    </div>
  );
}

interface OneFieldProps {
  readonly field: SchemaField;
  readonly value: Json | undefined;
  readonly onTyped: (typed: string) => void;
}

function OneField({ field, value, onTyped }: OneFieldProps) {
  const id = useId();
  const label = field.required ? `${field.name} (needed)` : field.name;
  const hint = field.about ?? undefined;
  const shown =
    value === undefined
      ? ""
      : typeof value === "string" && field.type !== "choice"
        ? value
        : JSON.stringify(value);
  if (field.type === "text" || field.type === "json" || field.type === "number") {
    const range =
      field.type === "number" ? { min: field.least ?? undefined, max: field.most ?? undefined } : {};
    return (
      <TextField
        label={label}
        hint={hint}
        type={field.type === "number" ? "number" : "text"}
        step="any"
        {...range}
        value={shown}
        onChange={({ target }) => onTyped(target.value)}
      />
    );
  }
  const choices = field.type === "flag" ? [true, false] : field.choices;
  return (
    <div className="mb-3">
      <label htmlFor={id} className="mb-1 block font-semibold">
        {label}
      </label>
      <select
        id={id}
        className="min-h-[var(--row)] w-full rounded-md border border-line-strong bg-paper px-2"
        value={shown}
        onChange={({ target }) => onTyped(target.value)}
      >
        <option value="">–</option>
        {choices.map((choice) => {
          const text = JSON.stringify(choice);
          return (
            <option key={text} value={text}>
              {typeof choice === "string"
                ? choice
                : field.type === "flag"
                  ? choice === true
                    ? "yes"
                    : "no"
                  : text}
            </option>
          );
        })}
      </select>
      {hint !== undefined && <p className="m-0 mt-1 text-sm text-soft">{hint}</p>}
    </div>
  );
}
