// One field of a form made from a schema: a text, a number, a choice, or JSON.

import { useId } from "react";
import { describedBy, FieldNotes, TextArea, TextField } from "../look/field.tsx";
import type { FormField } from "./schema-fields.ts";

interface FieldControlProps {
  readonly field: FormField;
  /** JSON text; undefined: left out. */
  readonly text: string | undefined;
  readonly problem: string | null;
  readonly onChange: (text: string | undefined) => void;
}

const shownAsButtonsMax = 4;

function Needed() {
  return <span aria-hidden>{" *"}</span>;
}

/** The text of a string as it is typed. */
function typedOf(text: string | undefined): string {
  if (text === undefined || text === "null") return "";
  const value: unknown = JSON.parse(text);
  return typeof value === "string" ? value : text;
}

const wordOf = (choice: string) => {
  const value: unknown = JSON.parse(choice);
  return typeof value === "string" ? value : choice;
};

function ChoiceControl({ field, text, problem, onChange }: FieldControlProps) {
  const id = useId();
  const { label, choices, required, hint } = field;
  const offered = required ? choices : [...choices, undefined];
  return (
    <fieldset className="m-0 mb-3 min-w-0 border-0 p-0" aria-describedby={describedBy({ id, hint, problem })}>
      <legend className="mb-1 p-0 font-semibold">
        {label}
        {required && <Needed />}
      </legend>
      <div className="flex flex-wrap gap-1.5">
        {offered.map((choice) => (
          <label
            key={choice ?? "left out"}
            className="inline-flex min-h-[var(--row)] cursor-pointer items-center gap-1.5 rounded-md border border-line-strong bg-paper px-2.5 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              className="accent-accent"
              name={id}
              required={required}
              aria-invalid={problem === null ? undefined : true}
              checked={text === choice}
              onChange={() => onChange(choice)}
            />
            {choice === undefined ? <span className="text-soft">leave out</span> : wordOf(choice)}
          </label>
        ))}
      </div>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </fieldset>
  );
}

function SelectControl({ field, text, problem, onChange }: FieldControlProps) {
  const id = useId();
  const { label, choices, required, hint } = field;
  return (
    <div className="mb-3">
      <label htmlFor={id} className="mb-1 block font-semibold">
        {label}
        {required && <Needed />}
      </label>
      <select
        id={id}
        required={required}
        className="min-h-[var(--row)] w-full rounded-md border border-line-strong bg-paper px-2 text-ink"
        value={text ?? ""}
        aria-describedby={describedBy({ id, hint, problem })}
        onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
      >
        <option value="">{required ? "choose…" : "leave out"}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {wordOf(choice)}
          </option>
        ))}
      </select>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}

export function FieldControl(props: FieldControlProps) {
  const { field, text, problem, onChange } = props;
  const { kind, label, required, hint, long, choices } = field;
  if (kind === "choice") {
    return choices.length <= shownAsButtonsMax ? <ChoiceControl {...props} /> : <SelectControl {...props} />;
  }
  const said = {
    label: required ? `${label} *` : label,
    problem,
    "aria-required": required,
    ...(hint === "" ? {} : { hint }),
  };
  if (kind === "string") {
    const change = ({ target }: { readonly target: { readonly value: string } }) =>
      onChange(target.value === "" ? undefined : JSON.stringify(target.value));
    if (long) return <TextArea {...said} rows={3} value={typedOf(text)} onChange={change} />;
    return <TextField {...said} value={typedOf(text)} onChange={change} />;
  }
  const change = ({ target }: { readonly target: { readonly value: string } }) =>
    onChange(target.value.trim() === "" ? undefined : target.value.trim());
  if (kind === "number" || kind === "integer") {
    const mode = kind === "integer" ? "numeric" : "decimal";
    return <TextField {...said} inputMode={mode} value={text ?? ""} onChange={change} />;
  }
  const changeJson = ({ target }: { readonly target: { readonly value: string } }) =>
    onChange(target.value === "" ? undefined : target.value);
  return <TextArea {...said} rows={2} value={text ?? ""} onChange={changeJson} />;
}
