// Whether a value is small enough to be a result.

import type { Json } from "../value/json.ts";

/**
 * What a value counts for at least, in bytes. Small values count for more than their JSON has, because whoever receives a
 * result makes an object of each.
 */
export const valueBytesMin = 8;

/** What a text of `length` counts for, as a value or as a key. */
export function textBytes(length: number): number {
  return Math.max(valueBytesMin, length + 3);
}

/**
 * Whether the size of `value` is `most` or less. It stops counting there: the values of a query may contain each other, so
 * that the whole is far larger than the document.
 */
export function isWithinSize(value: Json, most: number): boolean {
  let size = 0;
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined && size <= most; next = open.pop()) {
    size += typeof next === "string" ? textBytes(next.length) : valueBytesMin;
    if (typeof next !== "object" || next === null) continue;
    if (Array.isArray(next)) {
      for (const entry of next) open.push(entry);
    } else {
      for (const [key, entry] of Object.entries(next)) {
        size += textBytes(key.length);
        open.push(entry);
      }
    }
  }
  return size <= most;
}
