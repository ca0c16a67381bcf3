// Joins fields into bytes so that no two lists of fields give the same bytes: each is led by its length.

import { assert } from "../value/assert.ts";

/** Text goes in as UTF-8, a whole number from 0 to 2^53 - 1 as 8 bytes big-endian. */
export type Field = string | number | Uint8Array;

const encoder = new TextEncoder();
const lengthBytes = 4;

/** Each field: its length in bytes (32 bits, big-endian), then the bytes. Text with a lone surrogate is a broken invariant. */
export function joinFields(...fields: readonly Field[]): Uint8Array {
  const parts = fields.map(bytesOf);
  const joined = new Uint8Array(parts.reduce((total, part) => total + lengthBytes + part.length, 0));
  const view = new DataView(joined.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    joined.set(part, at + lengthBytes);
    at += lengthBytes + part.length;
  }
  return joined;
}

/** Copies of the fields that `joinFields` joined, or null when the bytes are not just fields, one after the other. */
export function splitFields(joined: Uint8Array): readonly Uint8Array[] | null {
  const view = new DataView(joined.buffer, joined.byteOffset, joined.length);
  const fields: Uint8Array[] = [];
  let at = 0;
  while (at < joined.length) {
    if (at + lengthBytes > joined.length) return null;
    const end = at + lengthBytes + view.getUint32(at);
    if (end > joined.length) return null;
    fields.push(new Uint8Array(joined.subarray(at + lengthBytes, end)));
    at = end;
  }
  return fields;
}

/** The number that a field of 8 bytes holds, or null when it is another size or beyond 2^53 - 1. */
export function numberOfField(field: Uint8Array): number | null {
  if (field.length !== 8) return null;
  const value = new DataView(field.buffer, field.byteOffset, field.length).getBigUint64(0);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}

function bytesOf(field: Field): Uint8Array {
  if (typeof field === "string") {
    assert(field.isWellFormed(), "bound text is well-formed");
    return encoder.encode(field);
  }
  if (typeof field !== "number") return field;
  assert(Number.isSafeInteger(field) && field >= 0, "a bound number is a whole number from 0 to 2^53 - 1");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(field));
  return bytes;
}
