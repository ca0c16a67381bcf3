// The HTTP working group's cases for structured fields (RFC 9651), through the library that reads directives.

import {
  type BareItem,
  DisplayString,
  type Item,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
  Token,
} from "structured-headers";
import type { Suite } from "./suite.ts";

interface FieldCase {
  readonly name: string;
  readonly raw: readonly string[];
  readonly header_type: "item" | "list" | "dictionary";
  readonly expected?: unknown;
  readonly must_fail?: boolean;
  readonly can_fail?: boolean;
  /** As `raw` when it is absent. */
  readonly canonical?: readonly string[];
}

interface Read {
  readonly plain: unknown;
  readonly printed: string;
}

const files = [
  "binary",
  "boolean",
  "date",
  "dictionary",
  "display-string",
  "examples",
  "item",
  "list",
  "listlist",
  "number",
  "param-dict",
  "param-list",
  "param-listlist",
  "string",
  "token",
];

const wholeDecimal =
  "the library reads 1.0 as the number 1 and prints an integer; we print no structured fields";
const farDate =
  "the library keeps dates in a Date, which ends at 8,640,000,000,000 seconds; no directive has a date";

/** What the library misses, by the name of the case. */
const misses: ReadonlyMap<string, string> = new Map([
  ["single item parameterised dict", wholeDecimal],
  ["list item parameterised dictionary", wholeDecimal],
  ["single item parameterised list", wholeDecimal],
  ["missing parameter value parameterised list", wholeDecimal],
  ["missing terminal parameter value parameterised list", wholeDecimal],
  ["syntactic max date - 999,999,999,999,999", farDate],
  ["syntactic min date - -999,999,999,999,999", farDate],
]);

export const structuredFields: readonly Suite[] = files.map((file) => ({
  name: `structured fields, ${file}`,
  file: `structured-fields/${file}.json`,
  run(text) {
    const cases = JSON.parse(text) as readonly FieldCase[];
    const failures: string[] = [];
    const known: string[] = [];
    for (const one of cases) {
      const failure = failureOf(one);
      const reason = misses.get(one.name);
      if (failure !== null && reason !== undefined) known.push(`${failure}: ${reason}`);
      else if (failure !== null) failures.push(failure);
      else if (reason !== undefined) failures.push(`${one.name}: holds, so it is no longer a known miss`);
    }
    return { cases: cases.length, failures, known };
  },
}));

/** Null when the case holds. */
function failureOf(one: FieldCase): string | null {
  const read = readField(one);
  if (read === null) return one.must_fail || one.can_fail ? null : `${one.name}: must be accepted`;
  if (one.must_fail) return `${one.name}: must be refused`;
  const [found, expected] = [JSON.stringify(read.plain), JSON.stringify(one.expected)];
  if (found !== expected) return `${one.name}: ${found} instead of ${expected}`;
  const canonical = (one.canonical ?? one.raw).join(", ");
  return read.printed === canonical ? null : `${one.name}: printed ${read.printed} instead of ${canonical}`;
}

function readField({ header_type: type, raw }: FieldCase): Read | null {
  const text = raw.join(", ");
  try {
    if (type === "item") {
      const item = parseItem(text);
      return { plain: plainMember(item), printed: serializeItem(item) };
    }
    if (type === "list") {
      const list = parseList(text);
      return { plain: list.map(plainMember), printed: serializeList(list) };
    }
    const dictionary = parseDictionary(text);
    const plain = [...dictionary].map(([key, member]) => [key, plainMember(member)]);
    return { plain, printed: serializeDictionary(dictionary) };
  } catch {
    return null;
  }
}

function plainMember(member: Item | readonly [readonly Item[], ReadonlyMap<string, BareItem>]): unknown {
  const [value, parameters] = member;
  const plain = Array.isArray(value) ? value.map(plainMember) : plainValue(value as BareItem);
  return [plain, [...parameters].map(([key, parameter]) => [key, plainValue(parameter)])];
}

/** A value in the form of the cases. */
function plainValue(value: BareItem): unknown {
  if (value instanceof Token) return { __type: "token", value: value.toString() };
  if (value instanceof DisplayString) return { __type: "displaystring", value: value.toString() };
  if (value instanceof Date) return { __type: "date", value: value.getTime() / 1000 };
  if (value instanceof ArrayBuffer) return { __type: "binary", value: base32(new Uint8Array(value)) };
  return value;
}

/** RFC 4648, section 6: the cases hold bytes so. */
function base32(bytes: Uint8Array): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const digits = (bits.match(/.{1,5}/g) ?? []).map(
    (five) => alphabet[Number.parseInt(five.padEnd(5, "0"), 2)],
  );
  return digits.join("").padEnd(Math.ceil(digits.length / 8) * 8, "=");
}
