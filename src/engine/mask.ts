// Takes the values of secrets out of what is recorded.

import { lateSource } from "../language/late-lua.ts";
import type { RecordedPart, RecordedText } from "../language/recorded-request.ts";
import { base64 } from "../value/base64.ts";
import type { Json } from "../value/json.ts";

/** Shorter values would be found everywhere: they are masked only where they are the whole text. */
const partLengthMin = 6;

export type Mask = (text: string) => string;

/** A mask for the secrets of one call, by value and in the forms in which a service may echo them. */
export function maskOf(secrets: ReadonlyMap<string, string>): Mask | null {
  if (secrets.size === 0) return null;
  const forms = [...secrets].flatMap(([name, value]) => formsOf(name, value));
  // The longest first, so that a secret that contains another is masked whole.
  forms.sort((a, b) => b.form.length - a.form.length);
  return (text) => forms.reduce(replaceForm, text);
}

interface Form {
  readonly form: string;
  readonly shown: string;
}

function replaceForm(text: string, { form, shown }: Form): string {
  if (form.length < partLengthMin) return text === form ? shown : text;
  return text.includes(form) ? text.replaceAll(form, () => shown) : text;
}

/** As it is, percent-encoded, inside JSON text, and in base64 as `basic` credentials carry it. */
function formsOf(name: string, value: string): readonly Form[] {
  const shown = lateSource(name) === null ? `[secret ${name}]` : "[made of a secret]";
  const inJson = JSON.stringify(value).slice(1, -1);
  const texts = new Set([value, encodeURIComponent(value), inJson, base64(value)]);
  texts.delete("");
  return [...texts].map((form) => ({ form, shown }));
}

/** An address with references in place of the secrets in it, so that it can be called without being recorded as it is. */
export function referTo(secrets: ReadonlyMap<string, string>, url: string): RecordedText {
  const forms = [...secrets].flatMap(([secret, value]) =>
    [...new Set([value, encodeURIComponent(value)])].map((form) => ({ form, secret })),
  );
  forms.sort((a, b) => b.form.length - a.form.length);
  let parts: readonly RecordedPart[] = [url];
  for (const { form, secret } of forms) {
    if (form.length < partLengthMin) continue;
    parts = parts.flatMap((part) => (typeof part === "string" ? split(part, form, secret) : [part]));
  }
  return parts.length === 1 && parts[0] === url ? url : parts;
}

function split(text: string, form: string, secret: string): readonly RecordedPart[] {
  const between = text.split(form).flatMap((part, index): readonly RecordedPart[] => {
    return index === 0 ? [part] : [{ secret, encode: "uri" }, part];
  });
  return between.filter((part) => part !== "");
}

/** `value` with every string in it masked, keys and numbers of many digits included. */
export function maskJson(value: Json, mask: Mask): Json {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number" || typeof value === "bigint") return maskNumber(value, mask);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => maskJson(entry as Json, mask));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [mask(key), maskJson(entry as Json, mask)]),
  );
}

function maskNumber(value: number | bigint, mask: Mask): Json {
  const text = String(value);
  if (text.length < partLengthMin) return value;
  const masked = mask(text);
  return masked === text ? value : masked;
}
