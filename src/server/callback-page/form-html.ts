// The form of a callback's page as HTML: every word of an author or a holder is escaped.

import { escapeHtml } from "../docs/escape-html.ts";
import type { RefusedForm } from "./callback-page.ts";
import type { FormField } from "./form-fields.ts";
import { fieldName, optionText } from "./read-form.ts";

/** A longer text gets more lines. */
const oneLineMax = 200;

export function formHtml(fields: readonly FormField[], refused: RefusedForm | null): string {
  const wrong = refused === null ? "" : `<p class="wrong" role="alert">${escapeHtml(saidOf(refused))}</p>\n`;
  const rows = fields.map((field, index) => {
    const given = refused?.given.get(fieldName(field)) ?? "";
    return field.type === "yes_no" || field.type === "choice"
      ? radios(field, given, index)
      : textField(field, given, index);
  });
  return `<form method="post">\n${wrong}${rows.join("\n")}\n<button>Send</button>\n</form>`;
}

function saidOf({ error }: RefusedForm): string {
  const { problems } = error.extra;
  if (!Array.isArray(problems)) return `${error.message}.`;
  const said = problems.map(({ pointer, message }) => `${pointer === "" ? "" : `${pointer}: `}${message}`);
  return `That does not fit: ${said.join("; ")}.`;
}

function radios(field: FormField, given: string, index: number): string {
  const options =
    field.type === "yes_no"
      ? [
          ["true", "Yes"],
          ["false", "No"],
        ]
      : field.options.map((option) => [optionText(option), optionText(option)]);
  const rows = options.map(([value = "", words = ""]) => {
    const checked = value === given ? " checked" : "";
    return `<label class="option"><input type="radio" ${namedBy(field)} value="${escapeHtml(value)}"${checked}>${escapeHtml(words)}</label>`;
  });
  const about = aboutHtml(field, index);
  return `<fieldset${described(field, index)}><legend>${escapeHtml(field.label)}</legend>${about}\n${rows.join("\n")}</fieldset>`;
}

function textField(field: FormField, given: string, index: number): string {
  const { type, lengthMax, whole, label } = field;
  const id = `field-${index}`;
  const has = `id="${id}" ${namedBy(field)}${described(field, index)}`;
  const isLong = type === "json" || (type === "text" && (lengthMax === null || lengthMax > oneLineMax));
  const mode = type === "number" ? ` inputmode="${whole ? "numeric" : "decimal"}"` : "";
  // The first line break of a textarea is not of its text.
  const input = isLong
    ? `<textarea ${has}>\n${escapeHtml(given)}</textarea>`
    : `<input type="text" ${has}${mode} value="${escapeHtml(given)}" autocomplete="off">`;
  return `<div class="field"><label for="${id}">${escapeHtml(label)}</label>${aboutHtml(field, index)}${input}</div>`;
}

function namedBy(field: FormField): string {
  const required = field.required && field.type !== "text" ? " required" : "";
  return `name="${escapeHtml(fieldName(field))}"${required}`;
}

function described({ about, type }: FormField, index: number): string {
  return about === null && type !== "json" ? "" : ` aria-describedby="about-${index}"`;
}

function aboutHtml({ about, type }: FormField, index: number): string {
  const said = about ?? (type === "json" ? "As JSON" : null);
  return said === null ? "" : `<p class="about" id="about-${index}">${escapeHtml(said)}</p>`;
}
