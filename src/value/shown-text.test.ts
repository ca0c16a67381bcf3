// What others wrote steers no terminal.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shownText } from "./shown-text.ts";

const esc = "\u001b";

test("what steers a terminal is shown as its escape", () => {
  const hostile: readonly (readonly [text: string, shown: string])[] = [
    [`${esc}[2J`, "\\u001b[2J"],
    [`${esc}]0;title\u0007`, "\\u001b]0;title\\u0007"],
    [`${esc}[8mhidden`, "\\u001b[8mhidden"],
    [`${esc}[30mblack${esc}[0m`, "\\u001b[30mblack\\u001b[0m"],
    ["paid\rfree", "paid\\u000dfree"],
    ["a\b\u007f\u009b2J", "a\\u0008\\u007f\\u009b2J"],
    ["user\u202egpj.exe", "user\\u202egpj.exe"],
  ];
  for (const [text, shown] of hostile) assert.equal(shownText(text), shown);
});

test("words of every script, tabs and line breaks stay", () => {
  const words = "ä שלום 日本 😀\tb\nc";
  assert.equal(shownText(words), words);
});
