// What the cases of the store's contract claim about answers.

import { assert } from "../../value/assert.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import type { AppendResult, AppendUnit, RunRow, Store } from "../store.ts";
import { lastSeqOf } from "./sample.ts";

/** Deep equality of plain data; byte arrays are compared byte by byte, whatever their class. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const difference = differ(actual, expected, what);
  assert(difference === null, difference ?? "");
}

/** The types of append results, in order. */
export function expectResults(
  actual: readonly AppendResult[],
  expected: readonly AppendResult["type"][],
  what: string,
): void {
  expectEqual(
    actual.map((result) => result.type),
    expected,
    what,
  );
}

/** The row of the unit's run is as that unit left it. */
export async function expectRow(store: Store, unit: AppendUnit, what: string): Promise<RunRow> {
  const row = await store.readRun(unit.tenant, unit.run);
  assert(row !== null, `${what}: the run is there`);
  expectEqual(row.lastSeq, lastSeqOf(unit), `${what}: lastSeq`);
  expectEqual(row.status, unit.head.status, `${what}: status`);
  return row;
}

export async function expectError(
  code: ErrorCode,
  what: string,
  action: () => Promise<unknown>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    const actual = error instanceof DispatchedError ? error.code : String(error);
    assert(actual === code, `${what}: refused by ${code}, not by ${actual}`);
    return;
  }
  assert(false, `${what}: is refused by ${code}`);
}

function differ(actual: unknown, expected: unknown, path: string): string | null {
  if (Object.is(actual, expected)) return null;
  const unlike = `${path}: expected ${show(expected)}, got ${show(actual)}`;
  if (expected instanceof Uint8Array) {
    if (!(actual instanceof Uint8Array) || actual.length !== expected.length) return unlike;
    let at = 0;
    while (at < expected.length && actual[at] === expected[at]) at++;
    return at === expected.length ? null : `${path}: byte ${at} of ${expected.length} differs`;
  }
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null)
    return unlike;
  if (Array.isArray(actual) !== Array.isArray(expected)) return unlike;
  for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    const [one, other] = [actual, expected] as readonly Readonly<Record<string, unknown>>[];
    const difference = differ(one?.[key], other?.[key], `${path}.${key}`);
    if (difference !== null) return difference;
  }
  return null;
}

function show(value: unknown): string {
  return value instanceof Uint8Array
    ? `${value.length} bytes`
    : (JSON.stringify(value) ?? "undefined").slice(0, 200);
}
