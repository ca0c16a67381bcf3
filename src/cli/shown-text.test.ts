// What others wrote steers no terminal; our own paint stays.

import assert from "node:assert/strict";
import { test } from "node:test";
import colours from "picocolors";
import { shownText } from "./shown-text.ts";

const esc = "\u001b";

test("what steers a terminal is shown as its escape", () => {
  const hostile: readonly (readonly [text: string, shown: string])[] = [
    [`${esc}[2J`, "\\u001b[2J"],
    [`${esc}]0;title\u0007`, "\\u001b]0;title\\u0007"],
    [`${esc}[8mhidden`, "\\u001b[8mhidden"],
    [`${esc}[31;8mx`, "\\u001b[31;8mx"],
    ["paid\rfree", "paid\\u000dfree"],
    ["a\b\u007f\u009b2J", "a\\u0008\\u007f\\u009b2J"],
    ["user\u202egpj.exe", "user\\u202egpj.exe"],
  ];
  for (const [text, shown] of hostile) assert.equal(shownText(text), shown);
});

test("words of every script, tabs, line breaks and our own paint stay", () => {
  const { bold, dim, red, green, yellow, cyan } = colours.createColors(true);
  const painted = [bold, dim, red, green, yellow, cyan].map((paint) => paint("ä שלום 日本 😀\tb\nc"));
  for (const text of painted) assert.equal(shownText(text), text);
});
