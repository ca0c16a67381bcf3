// No form of a secret is left in what is recorded, and nothing else is changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../value/json.ts";
import { type Mask, maskJson as maskInSlices, maskOf, referTo } from "./mask.ts";
import { atOnce } from "./slices.ts";

const maskJson = (value: Json, mask: Mask) => atOnce(maskInSlices(value, mask));

const maskFor = (value: string) => {
  const mask = maskOf({ values: new Map([["KEY", value]]), made: [] });
  assert.ok(mask !== null);
  return mask;
};

/** At least as long as what is looked for within text; with what each encoding escapes. */
const secret = fc
  .oneof(
    fc.string({ minLength: 6, maxLength: 60, unit: "binary" }),
    fc.string({ minLength: 6, maxLength: 60, unit: "grapheme" }),
    fc.string({
      minLength: 6,
      maxLength: 40,
      unit: fc.constantFrom(..."ab/\\\"'%+&=<> \n\u00e9\u{1f511}7-_"),
    }),
    fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom("a", "b") }),
  )
  .filter((value) => value.trim().length >= 6 && !"[secret KEY]".includes(value));
/** Around a secret; no escape begins in it that would take the first character of the secret with it. */
const around = fc.string({ maxLength: 30, unit: fc.constantFrom(..."xyz .,:;{}[]()|~\u00fc\u4e16") });

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const everyUnit = (text: string) =>
  text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
const everyByte = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase());
const form = (text: string) => new URLSearchParams({ k: text }).toString().slice(2);
const html = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "&#39;");

const encodings: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  json,
  "json, each unit escaped": everyUnit,
  "json with slashes escaped": (value) => json(value).replaceAll("/", "\\/"),
  "json in json": (value) => json(json(value)),
  uri: (value) => encodeURIComponent(value.toWellFormed()),
  "uri in lowercase": (value) => lower(encodeURIComponent(value.toWellFormed())),
  "whole uri": (value) => encodeURI(value.toWellFormed()).replaceAll("#", "%23"),
  "every byte percent-encoded": everyByte,
  form,
  "form in lowercase": (value) => lower(form(value)),
  "uri in json": (value) => json(encodeURIComponent(value.toWellFormed())),
  "json in uri": (value) => encodeURIComponent(json(value)),
  html,
  hexadecimal: (value) => Buffer.from(value).toString("hex"),
  base64: (value) => Buffer.from(value).toString("base64"),
  base64url: (value) => Buffer.from(value).toString("base64url"),
  "base64 in uri": (value) => encodeURIComponent(Buffer.from(value).toString("base64")),
};

for (const [name, encode] of Object.entries(encodings)) {
  test(`nothing of a secret is left: ${name}`, () => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const encoded = encode(value);
        // Nobody can encode a lone surrogate, and `encodeURI` makes the same of "%41" and "A".
        fc.pre(name === "plain" || value.isWellFormed());
        fc.pre(!/%[0-9A-Fa-f]{2}/.test(value) || name !== "whole uri");
        const masked = maskFor(value)(`${before} ${encoded} ${after}`);
        assert.equal(masked, `${before} [secret KEY] ${after}`);
      }),
      { numRuns: 300 },
    );
  });
}

test("nothing of a secret is left in base64 of a text that has it, such as basic credentials, in any phase", () => {
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (value, user, rest) => {
      fc.pre(value.isWellFormed());
      for (const alphabet of ["base64", "base64url"] as const) {
        const encoded = Buffer.from(`${user}:${value}${rest}`).toString(alphabet);
        const [before = "", after = "", ...more] = maskFor(value)(`Basic ${encoded}`).split("[secret KEY]");
        assert.deepEqual(more, []);
        // What is left has bits of what stands around it only.
        const digits = (text: string) => (Buffer.byteLength(text) * 8) / 6;
        assert.ok(before.length - "Basic ".length <= digits(`${user}:`), before);
        const hidden = Math.ceil(digits(`${user}:${value}`));
        assert.ok(
          after.replace(/=+$/, "").length <= Math.ceil(digits(`${user}:${value}${rest}`)) - hidden,
          after,
        );
      }
    }),
  );
});

test("text without the secret is unchanged", () => {
  const unit = fc.constantFrom(...'abAB=+/ -_:{}[]"\u00e9');
  fc.assert(
    fc.property(
      fc.string({ minLength: 6, maxLength: 12, unit }),
      fc.string({ maxLength: 200, unit }),
      (value, text) => {
        fc.pre(
          [value, value.trim(), value.replaceAll(" ", "+")].every(
            (one) => one.length < 6 || !text.includes(one),
          ),
        );
        assert.equal(maskFor(value)(text), text);
        assert.deepEqual(maskJson({ [text]: [text, 1, null] }, maskFor(value)), { [text]: [text, 1, null] });
      },
    ),
    { numRuns: 1_000 },
  );
  fc.assert(fc.property(secret, around, (value, text) => assert.equal(maskFor(value)(text), text)));
});

test("every place is found, those that overlap and touch included", () => {
  const unit = fc.constantFrom("a", "b");
  fc.assert(
    fc.property(
      fc.string({ minLength: 6, maxLength: 40, unit }),
      fc.string({ maxLength: 400, unit }),
      (value, text) => {
        const hidden = new Array<boolean>(text.length).fill(false);
        for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
          hidden.fill(true, at, at + value.length);
        }
        const left = [...text].map((letter, at) => (hidden[at] === true ? "." : letter)).join("");
        const masked = maskFor(value)(text);
        // Places that touch may be one or two.
        assert.equal(masked.replaceAll(/(?:\[secret KEY\])+/g, "."), left.replaceAll(/\.+/g, "."));
      },
    ),
  );
});

test("the time grows with the length of the text only, whatever the secret is", () => {
  const value = `b${"a".repeat(65_000)}`;
  const text = "a".repeat(5_000_000);
  assert.equal(maskFor(value)(text), text);
  const many = maskFor("a".repeat(65_000))(text);
  assert.equal(many, "[secret KEY]");
});

test("short values are masked only where they are the whole text", () => {
  const mask = maskFor("4711");
  assert.equal(mask("4711"), "[secret KEY]");
  assert.equal(mask(Buffer.from("4711").toString("base64")), "[secret KEY]");
  assert.equal(mask("order 4711"), "order 4711");
});

test("short values that are numbers are masked as numbers, too", () => {
  const told = { pin: 4711, list: [4711, 47110, "4711"], other: 4712 };
  const masked = { pin: "[secret KEY]", list: ["[secret KEY]", 47110, "[secret KEY]"], other: 4712 };
  assert.deepEqual(maskJson(told, maskFor("4711")), masked);
  assert.deepEqual(maskJson([42, 420], maskFor("0042")), ["[secret KEY]", 420], "without its zeros");
});

test("keys and numbers of JSON are masked", () => {
  assert.deepEqual(maskJson({ "12345678": 12345678, n: 1234567 }, maskFor("12345678")), {
    "[secret KEY]": "[secret KEY]",
    n: 1234567,
  });
  assert.equal(maskJson(1234567, maskFor("1234567.0")), "[secret KEY]");
});

test("of values within each other the longest is named", () => {
  const values = new Map([
    ["SHORT", "abcdef"],
    ["LONG", "xx-abcdef-yy"],
  ]);
  assert.equal(maskOf({ values, made: [] })?.("1 xx-abcdef-yy 2 abcdef"), "1 [secret LONG] 2 [secret SHORT]");
});

test("an address keeps its secrets as references, however they were encoded, and is the same address", () => {
  const encodes = ["uri", "uri in lowercase", "every byte percent-encoded"].map((name) => encodings[name]);
  fc.assert(
    fc.property(secret, fc.constantFrom(...encodes), (value, encode) => {
      fc.pre(value.isWellFormed() && value.trim() === value);
      const url = `https://s.example/jobs/${encode?.(value)}/next?n=1`;
      const found = referTo({ values: new Map([["KEY", value]]), made: [] }, url);
      fc.pre(found.length === 3);
      assert.deepEqual(found, ["https://s.example/jobs/", { secret: "KEY", encode: "uri" }, "/next?n=1"]);
    }),
  );
  const inBase64 = `https://s.example/${encodings["base64url"]?.("not in clear")}`;
  assert.equal(referTo({ values: new Map([["KEY", "not in clear"]]), made: [] }, inBase64).length, 2);
});
