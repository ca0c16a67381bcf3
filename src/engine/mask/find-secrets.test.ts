// What is found in one pass is what is found by looking through every layer of escapes as a whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { atOnce } from "../slices.ts";
import { finderOf, type Hidden } from "./find-secrets.ts";
import { needlesOf } from "./needles-of.ts";

interface Layer {
  readonly units: readonly string[];
  /** Of each unit, and of the end, where it stands in the whole text. */
  readonly from: readonly number[];
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const controls: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

const escapes: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [
    /%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-4](?:%[89ab][\da-f]){3}|%[\da-f]{2}/iy,
    ofBytes,
  ],
  [
    /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|([^ux]))/y,
    (_all, four, two, one = "") => ofPoint(four ?? two) ?? controls[one] ?? one,
  ],
  [
    /&(?:#[xX]([\da-fA-F]{1,7})|#(\d{1,8})|(amp|lt|gt|quot|apos));/y,
    (_all, hex, decimal, name = "") =>
      entities[name] ?? ofPoint(hex) ?? String.fromCodePoint(Number(decimal)),
  ],
];

function ofPoint(hex: string | undefined): string | null {
  return hex === undefined ? null : String.fromCodePoint(Number.parseInt(hex, 16));
}

function ofBytes(shown: string): string {
  const bytes = shown
    .split("%")
    .slice(1)
    .map((digits) => Number.parseInt(digits, 16));
  return bytes.length === 1 ? String.fromCharCode(bytes[0] as number) : utf8.decode(Uint8Array.from(bytes));
}

function unescaped({ units, from }: Layer, [pattern, read]: (typeof escapes)[number]): Layer {
  const text = units.join("");
  const above: { units: string[]; from: number[] } = { units: [], from: [] };
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const shown = found === null ? text.charAt(at) : read(...found);
    for (const unit of shown.split("")) {
      above.units.push(unit);
      above.from.push(from[at] as number);
    }
    at += found?.[0].length ?? 1;
  }
  above.from.push(from.at(-1) as number);
  return above;
}

/** Marks in `hidden` all that a needle covers, edges of base64 left out. */
function mark(layer: Layer, needles: readonly string[], depth: number, hidden: boolean[]): void {
  const text = layer.units.join("");
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
      hidden.fill(true, layer.from[at], layer.from[at + needle.length]);
  }
  if (depth < 2) for (const one of escapes) mark(unescaped(layer, one), needles, depth + 1, hidden);
}

const unit = fc.constantFrom(..."aabbAB%\\&#;ux014561+= /-2\u00e9\u{1f511}");
const value = fc.oneof(
  fc.string({ minLength: 6, maxLength: 40, unit }),
  fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom("a", "b") }),
);
const each = (show: (unit: string) => string) => (text: string) => text.split("").map(show).join("");
const encode = fc.constantFrom<((text: string) => string)[]>(
  (text) => text,
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => JSON.stringify(text).slice(1, -1),
  each((one) => `&#${one.charCodeAt(0)};`),
  each((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  (text) => [...text].map((one) => `&#x${one.codePointAt(0)?.toString(16)};`).join(""),
  (text) => Buffer.from(text).toString("base64"),
  (text) => Buffer.from(text).toString("hex"),
);

test("nothing is left that whole layers show, wherever blocks of a long text end", () => {
  const part = fc.record({
    before: fc.string({ maxLength: 12, unit }),
    which: fc.nat(),
    cut: fc.nat({ max: 3 }),
    encodes: fc.array(encode, { maxLength: 3 }),
  });
  const long = fc.oneof(
    { weight: 19, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 8_100, max: 8_200 }) },
  );
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 3 }),
      fc.array(part, { maxLength: 6 }),
      long,
      (values, parts, length) => {
        const shown = parts.map(({ before, which, cut, encodes }) => {
          const whole = (values[which % values.length] as string).slice(cut === 3 ? 1 : 0);
          return before + encodes.reduce((text, one) => one(text), whole);
        });
        const text = `${"ab".repeat(length / 2)}${shown.join("")}`;
        const secrets: Hidden[] = values.map((one, place) => ({ name: `S${place}`, value: one }));
        const hidden = new Array<boolean>(text.length).fill(false);
        const whole = { units: text.split(""), from: Array.from({ length: text.length + 1 }, (_, at) => at) };
        mark(
          whole,
          values.flatMap((one) => needlesOf(one, 6).map((needle) => needle.text)),
          0,
          hidden,
        );
        const finder = finderOf(secrets, 6);
        const spans = atOnce(finder.find(text));
        if (!finder.mayFind(text)) assert.deepEqual(spans, []);
        let end = 0;
        for (const span of spans) {
          assert.ok(span.start >= end && span.end > span.start, "in order, and apart");
          end = span.end;
          hidden.fill(false, span.start, span.end);
          found++;
        }
        assert.deepEqual(hidden.indexOf(true), -1);
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(found > 200, `${found} found`);
});
