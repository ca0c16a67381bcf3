// Takes the values of secrets out of what is recorded.

import { lateSource } from "../language/late-lua.ts";
import type { RecordedPart, RecordedText } from "../language/recorded-request.ts";
import { base64 } from "../value/base64.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { utf8Length } from "../value/utf8-length.ts";
import { type Finder, finderOf, type Hidden } from "./mask/find-secrets.ts";
import { asNumber } from "./mask/needles-of.ts";
import type { Returned } from "./mask/note-returned.ts";
import type { Span } from "./mask/spans.ts";
import { atOnce, type Work } from "./slices.ts";

/** Shorter values would be found everywhere: they are masked only where they are the whole text. */
export const maskedPartMin = 6;

/** So much of a text, of a value's texts, or of the parts of one is masked without a break. */
const lengthAtOnce = 8_192;
const spansAtOnce = 1_000;
/** What an entry of a list or object costs besides its text. */
const entryCost = 16;

export interface Mask {
  /** For what is short, such as a header. */
  (text: string): string;
  /** The same, for texts of any length. */
  readonly work: (text: string) => Work<string>;
  /** All that it looks for is of ASCII. */
  readonly isAscii: () => boolean;
}

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
  let finder: Finder | null = null;
  function* work(text: string): Work<string> {
    const shown = whole.get(text);
    if (shown !== undefined) return shown;
    if (text.length < maskedPartMin) return text;
    finder ??= finderOf(hidden, maskedPartMin);
    const spans = finder.mayFind(text) ? yield* finder.find(text) : [];
    if (returned !== null) yield* returned.note(text, spans);
    return yield* replaced(text, spans);
  }
  const mask = (text: string) => {
    if (returned !== null || whole.has(text)) return atOnce(work(text));
    if (text.length < maskedPartMin) return text;
    finder ??= finderOf(hidden, maskedPartMin);
    return finder.mayFind(text) ? atOnce(work(text)) : text;
  };
  const isAscii = () => hidden.every(({ value }) => utf8Length(value) === value.length);
  return Object.assign(mask, { work, isAscii });
}

function hiddenIn({ values, made }: Sent): readonly Hidden[] {
  return [
    ...[...values].map(([name, value]) => ({ name, value })),
    ...made.map((value) => ({ name: "", value })),
  ];
}

function* replaced(text: string, spans: readonly Span[]): Work<string> {
  if (spans.length === 0) return text;
  const parts: string[] = [];
  const joined: string[] = [];
  let done = 0;
  for (const { start, end, name } of spans) {
    parts.push(text.slice(done, start), shownAs(name));
    done = end;
    if (parts.length < spansAtOnce) continue;
    joined.push(parts.splice(0).join(""));
    yield;
  }
  parts.push(text.slice(done));
  return joined.concat(parts).join("");
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
  const spans = hidden.length === 0 ? [] : atOnce(finderOf(hidden, maskedPartMin).find(url));
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

/**
 * `value` with every string in it masked, keys and numbers included.
 * @param spent what was masked since the last break
 */
export function* maskJson(value: Json, mask: Mask, spent = { length: 0 }): Work<Json> {
  if (isShort(value)) return maskShort(value, mask);
  if (typeof value === "string") return yield* mask.work(value);
  const list = Array.isArray(value) ? (value as readonly Json[]) : null;
  const object = value as JsonObject;
  const maskedList: Json[] = [];
  const maskedObject: Record<string, Json> = {};
  // Of many members `Object.entries` and `fromEntries` would hold up the loop.
  for (const key of list?.keys() ?? Object.keys(object)) {
    const entry = (typeof key === "number" ? list?.[key] : object[key]) as Json;
    const masked = isShort(entry) ? maskShort(entry, mask) : yield* maskJson(entry, mask, spent);
    if (typeof key === "number") maskedList.push(masked);
    else put(maskedObject, key.length > lengthAtOnce ? yield* mask.work(key) : mask(key), masked);
    spent.length += entryCost + (typeof key === "string" ? key.length : 0);
    if (typeof entry === "string") spent.length += entry.length;
    if (spent.length < lengthAtOnce) continue;
    spent.length = 0;
    yield;
  }
  return list === null ? maskedObject : maskedList;
}

/** As a member of its own, whatever it is called. */
function put(object: Record<string, Json>, key: string, value: Json): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function isShort(value: Json): boolean {
  if (typeof value === "string") return value.length <= lengthAtOnce;
  return typeof value !== "object" || value === null;
}

function maskShort(value: Json, mask: Mask): Json {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "number" && typeof value !== "bigint") return value;
  const text = String(value);
  const masked = mask(text);
  return masked === text ? value : masked;
}
