// What is shown of a run, with null in the place of each stored body and a list that names them.

import type { StoredPlace } from "../run/event.ts";
import { storedAt } from "../value/stored-body.ts";

interface Referred<Shown> {
  readonly shown: Shown;
  /** In the order of their members. */
  readonly stored: readonly StoredPlace[];
}

/** `shown` itself when nothing in it stands apart. No body is read. */
export function referBodies<Shown extends object>(shown: Shown): Referred<Shown> {
  const stored: StoredPlace[] = [];
  const copy = copyOf(shown, [], stored) as Shown;
  return { shown: stored.length === 0 ? shown : copy, stored };
}

function copyOf(value: unknown, path: StoredPlace["path"], stored: StoredPlace[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const member = (key: string | number): unknown => {
    const there = storedAt(value, key);
    if (there === null)
      return copyOf((value as Readonly<Record<string, unknown>>)[key], [...path, key], stored);
    stored.push({ path: [...path, key], ...there.body });
    return null;
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, place) => member(place));
  return Object.fromEntries(Object.keys(value).map((key) => [key, member(key)]));
}
