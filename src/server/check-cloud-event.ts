// What makes an event one of CloudEvents 1.0.2 in its JSON form.

import type { CloudEvent } from "../engine/engine-api.ts";
import { isJsonObject, type Json, type JsonObject } from "../value/json.ts";
import { parseInstant } from "../value/parse-instant.ts";
import { parseJson } from "../value/parse-json.ts";
import { otherCharset } from "./api-request.ts";
import { byteOrderMark, isJsonType } from "./read-json-body.ts";

export interface EventProblem {
  /** The attribute, or null for the event itself. */
  readonly attribute: string | null;
  readonly message: string;
}

type Checked =
  | { readonly ok: true; readonly event: CloudEvent }
  | { readonly ok: false; readonly problems: readonly EventProblem[] };

const textMax = 2_048;
const attributesMax = 64;
const data = ["data", "data_base64"];

/** Attributes that are null are absent (JSON event format, section 2.3). */
export function checkCloudEvent(value: Json): Checked {
  if (!isJsonObject(value)) return refused([{ attribute: null, message: "an event is an object" }]);
  const event: Record<string, Json> = {};
  for (const [name, given] of Object.entries(value)) {
    if (given !== null || name === "data") event[name] = given as Json;
  }
  const problems: EventProblem[] = [];
  for (const [name, given] of Object.entries(event)) {
    const message = data.includes(name) ? null : attributeProblem(name, given);
    if (message !== null) problems.push({ attribute: name, message });
  }
  for (const name of ["specversion", "id", "source", "type"]) {
    if (!Object.hasOwn(event, name)) problems.push({ attribute: name, message: `${name} is missing` });
  }
  if (Object.keys(event).length > attributesMax) {
    problems.push({ attribute: null, message: `an event has up to ${attributesMax} attributes` });
  }
  const message = takeBase64(event);
  if (message !== null) problems.push({ attribute: "data_base64", message });
  return problems.length > 0
    ? refused(problems)
    : { ok: true, event: event as JsonObject as unknown as CloudEvent };
}

function refused(problems: readonly EventProblem[]): Checked {
  return { ok: false, problems };
}

function attributeProblem(name: string, value: Json): string | null {
  if (!/^[a-z0-9]{1,64}$/.test(name)) {
    return `${JSON.stringify(name)} is no name of an attribute: lowercase letters and digits`;
  }
  const isText = typeof value === "string";
  // CloudEvents 1.0.2, section 3.1.
  if (isText && !value.isWellFormed()) return `${name} has half of a surrogate pair, which is no text`;
  const known = knownAttributes[name];
  if (known === undefined) {
    if (isText && value.length > textMax) return `${name} has up to ${textMax} characters`;
    const isPlain =
      isText || typeof value === "boolean" || typeof value === "bigint" || Number.isInteger(value);
    return isPlain ? null : `the extension ${name} is text, a whole number or a boolean`;
  }
  if (!isText || value === "") return `${name} is text that is not empty`;
  if (value.length > textMax) return `${name} has up to ${textMax} characters`;
  return known(value) ? null : `${name} is ${wanted[name]}, and not ${JSON.stringify(value.slice(0, 100))}`;
}

/** Also a leap second, which is the last of a month in UTC whatever the offset is (RFC 3339, section 5.7 and appendix D). */
function isTime(text: string): boolean {
  const leap = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:)60(\D.*)$/.exec(text);
  if (leap === null) return parseInstant(text) !== null;
  const before = parseInstant(`${leap[1]}59${leap[2]}`);
  if (before === null) return false;
  const after = new Date(Math.floor(before / 1_000) * 1_000 + 1_000);
  return after.toISOString().endsWith("-01T00:00:00.000Z");
}

const isReference = (text: string) => !/[\s<>"{}|\\^`]/.test(text);
const isAnything = () => true;

const knownAttributes: Readonly<Record<string, (text: string) => boolean>> = Object.assign(
  Object.create(null),
  {
    specversion: (text: string) => text === "1.0",
    id: isAnything,
    type: isAnything,
    subject: isAnything,
    source: isReference,
    dataschema: (text: string) => isReference(text) && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text),
    datacontenttype: (text: string) => /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(?:;.*)?$/.test(text),
    time: isTime,
  },
);

const wanted: Readonly<Record<string, string>> = {
  specversion: '"1.0"',
  source: "a URI or a reference to one (RFC 3986)",
  dataschema: "an absolute URI (RFC 3986)",
  datacontenttype: "a media type (RFC 2046)",
  time: "a time with its zone (RFC 3339)",
};

/**
 * JSON and text in base64 become data; other bytes, and text that is not UTF-8, stay what they are. Returns what is wrong,
 * or null.
 */
function takeBase64(event: Record<string, Json>): string | null {
  const encoded = event["data_base64"];
  if (encoded === undefined) return null;
  if (Object.hasOwn(event, "data")) return "data and data_base64 exclude each other";
  const isBase64 =
    typeof encoded === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(encoded) && encoded.length % 4 === 0;
  if (!isBase64) return "data_base64 is text in base64 (RFC 4648, section 4)";
  const contentType = String(event["datacontenttype"] ?? "");
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isJson = isJsonType(type);
  if (!isJson && !type.startsWith("text/")) return null;
  const text = otherCharset.test(contentType) ? null : utf8Of(Buffer.from(encoded, "base64"));
  if (!isJson) return text === null ? null : takeData(event, text);
  if (text === null) return "data_base64 holds no JSON: it is not UTF-8 (RFC 8259, section 8.1)";
  const parsed = parseJson(text.startsWith(byteOrderMark) ? text.slice(1) : text, "strict");
  return parsed.ok ? takeData(event, parsed.value) : `data_base64 holds no JSON: ${parsed.message}`;
}

function takeData(event: Record<string, Json>, value: Json): null {
  delete event["data_base64"];
  event["data"] = value;
  return null;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A byte order mark included; null for what is not UTF-8. */
function utf8Of(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
