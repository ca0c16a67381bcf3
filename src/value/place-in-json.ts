// A JSON value with another in one of its places.

import { isJsonObject, type Json } from "./json.ts";

/** `value` with `put` where `pointer` (RFC 6901) leads; members that are not there stay so. What is beside the way is shared. */
export function placeInJson(value: Json, pointer: string, put: Json): Json {
  const [, ...keys] = pointer.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return placeAt(value, keys, put);
}

function placeAt(value: Json, [key, ...rest]: readonly string[], put: Json): Json {
  if (key === undefined) return put;
  if (Array.isArray(value)) {
    return value.map((entry, place) =>
      String(place) === key ? placeAt(entry as Json, rest, put) : (entry as Json),
    );
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, name === key ? placeAt(entry, rest, put) : entry]),
  );
}
