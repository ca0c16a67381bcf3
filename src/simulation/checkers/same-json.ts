// Equality of JSON values, written anew for the checkers.

export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a, b] as readonly Readonly<Record<string, unknown>>[];
  const keys = Object.keys(one ?? {});
  if (keys.length !== Object.keys(other ?? {}).length) return false;
  return keys.every((key) => Object.hasOwn(other ?? {}, key) && sameJson(one?.[key], other?.[key]));
}
