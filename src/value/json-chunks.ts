// JSON text in pieces, with stored bodies read while it is sent.

import { base64OfBytes } from "./base64.ts";
import type { Json } from "./json.ts";
import { type StoredMember, storedAt } from "./stored-body.ts";
import { stringifyJson } from "./stringify-json.ts";

const encoder = new TextEncoder();

/** Whether the member, or anything in it, is a stored body. */
export function holdsStored(holder: object, key: string | number): boolean {
  if (storedAt(holder, key) !== null) return true;
  const value = (holder as Readonly<Record<string, unknown>>)[key];
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, at) => at).some((at) => holdsStored(value, at));
  return Object.keys(value).some((name) => holdsStored(value, name));
}

/** The member as JSON text: no more than a piece of a stored body is in memory at a time. */
export async function* jsonChunks(holder: object, key: string | number): AsyncGenerator<Uint8Array> {
  const stored = storedAt(holder, key);
  if (stored !== null) return yield* storedChunks(stored);
  const value = (holder as Readonly<Record<string, Json>>)[key] as Json;
  if (!holdsStored(holder, key)) return yield encoder.encode(stringifyJson(value));
  const isList = Array.isArray(value);
  yield encoder.encode(isList ? "[" : "{");
  let before = "";
  for (const name of Object.keys(value as object)) {
    yield encoder.encode(isList ? before : `${before}${JSON.stringify(name)}:`);
    yield* jsonChunks(value as object, name);
    before = ",";
  }
  yield encoder.encode(isList ? "]" : "}");
}

async function* storedChunks({ source, body }: StoredMember): AsyncGenerator<Uint8Array> {
  if (body.kind === "json") return yield* source.chunks(body);
  yield encoder.encode('"');
  yield* body.kind === "text" ? textChunks(source.chunks(body)) : base64Chunks(source.chunks(body));
  yield encoder.encode('"');
}

function textChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return encodedChunks(chunks, wholeCharacters, (bytes) =>
    JSON.stringify(decoder.decode(bytes)).slice(1, -1),
  );
}

function base64Chunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return encodedChunks(chunks, ({ length }) => length - (length % 3), base64OfBytes);
}

/** `wholeOf`: how many of the bytes can be encoded without those that follow. */
async function* encodedChunks(
  chunks: AsyncIterable<Uint8Array>,
  wholeOf: (bytes: Uint8Array) => number,
  encode: (bytes: Uint8Array) => string,
): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array();
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    const whole = wholeOf(bytes);
    yield encoder.encode(encode(bytes.subarray(0, whole)));
    rest = bytes.slice(whole);
  }
  yield encoder.encode(encode(rest));
}

/** A character of UTF-8 has 4 bytes at most, and only its first is none of `10xxxxxx` (RFC 3629, section 3). */
function wholeCharacters(bytes: Uint8Array): number {
  let first = bytes.length - 1;
  while (first > 0 && ((bytes[first] as number) & 0xc0) === 0x80) first--;
  if (first < 0) return 0;
  const lead = bytes[first] as number;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return first + length <= bytes.length ? bytes.length : first;
}
