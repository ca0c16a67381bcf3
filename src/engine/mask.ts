// Takes the values of secrets out of what is recorded.

import { lateSource } from "../language/late-lua.ts";
import type { RecordedPart, RecordedText } from "../language/recorded-request.ts";
import { base64 } from "../value/base64.ts";
import type { Json } from "../value/json.ts";
import { finderOf, type Hidden, type Span } from "./mask/find-secrets.ts";
import { asNumber } from "./mask/needles-of.ts";
import type { Returned } from "./mask/note-returned.ts";

/** Shorter values would be found everywhere: they are masked only where they are the whole text. */
export const maskedPartMin = 6;

export type Mask = (text: string) => string;

/** What an attempt has sent that must not be recorded. */
export interface Sent {
  /** By name. */
  readonly values: ReadonlyMap<string, string>;
  /** Texts with secrets in them that do not show them, such as `basic` credentials. */
  readonly made: readonly string[];
}

export const nothingSent: Sent = { values: new Map(), made: [] };

/**
 * A mask by value: for the value as it is, within JSON, URLs, forms and HTML, in base64 and hexadecimal. It takes time that
 * grows with the length of the text only, whatever text and values are. Null when there is nothing to mask.
 * @param returned is told what is found in each text; null when nobody asks
 */
export function maskOf(sent: Sent, returned: Returned | null = null): Mask | null {
  const hidden = hiddenIn(sent);
  if (hidden.length === 0) return null;
  const whole = new Map(hidden.flatMap((one) => (one.value.length < maskedPartMin ? wholeForms(one) : [])));
  let find: ReturnType<typeof finderOf> | null = null;
  return (text) => {
    const shown = whole.get(text);
    if (shown !== undefined) return shown;
    if (text.length < maskedPartMin) return text;
    find ??= finderOf(hidden, maskedPartMin);
    const spans = find(text);
    returned?.note(text, spans);
    return replaced(text, spans);
  };
}

function hiddenIn({ values, made }: Sent): readonly Hidden[] {
  return [
    ...[...values].map(([name, value]) => ({ name, value })),
    ...made.map((value) => ({ name: "", value })),
  ];
}

function replaced(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, name } of spans) {
    parts.push(text.slice(done, start), shownAs(name));
    done = end;
  }
  parts.push(text.slice(done));
  return parts.join("");
}

function shownAs(name: string): string {
  return name === "" || lateSource(name) !== null ? "[made of a secret]" : `[secret ${name}]`;
}

/** A short value alone: as it is, as a number, percent-encoded, inside JSON text, in base64. */
function wholeForms({ name, value }: Hidden): readonly (readonly [form: string, shown: string])[] {
  if (value === "") return [];
  const text = value.toWellFormed();
  const forms = [
    value,
    asNumber(value) ?? value,
    encodeURIComponent(text),
    JSON.stringify(value).slice(1, -1),
    base64(value),
  ];
  return forms.map((form) => [form, shownAs(name)]);
}

/**
 * An address with references in place of the secrets in it, so that it can be called without being recorded as it is. A
 * secret in a form that no reference makes again is masked, and such an address cannot be called.
 */
export function referTo(sent: Sent, url: string): RecordedText {
  const hidden = hiddenIn(sent);
  const spans = hidden.length === 0 ? [] : finderOf(hidden, maskedPartMin)(url);
  if (spans.length === 0) return url;
  const parts: RecordedPart[] = [];
  let done = 0;
  for (const { start, end, name, exact } of spans) {
    parts.push(url.slice(done, start));
    parts.push(exact && name !== "" ? { secret: name, encode: "uri" } : shownAs(name));
    done = end;
  }
  parts.push(url.slice(done));
  return parts.filter((part) => part !== "");
}

/** `value` with every string in it masked, keys and numbers included. */
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
  const masked = mask(text);
  return masked === text ? value : masked;
}
