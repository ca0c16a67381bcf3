// Our paint stays, and paint in the data becomes text, also within ours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { paintedText, paintFor } from "./paint.ts";

const esc = "\u001b";

test("only our own colours are shown", () => {
  const { red, dim, bold } = paintFor(true);
  assert.equal(paintedText(red("no")), `${esc}[31mno${esc}[39m`);
  assert.equal(paintedText(dim(`a ${red("b")} c`)), `${esc}[2ma ${esc}[31mb${esc}[39m c${esc}[22m`);
  assert.equal(paintedText(bold(`${bold("a")} b`)), `${esc}[1m${esc}[1ma${esc}[22m${esc}[1m b${esc}[22m`);
  assert.equal(paintedText(red(`${esc}[39mx`)), `${esc}[31m\\u001b[39mx${esc}[39m`);
  assert.equal(paintedText(`${esc}[30mblack${esc}[0m`), "\\u001b[30mblack\\u001b[0m");
});

test("without colours nothing of ours is left", () => {
  const { red } = paintFor(false);
  assert.equal(paintedText(red(`no ${esc}[31m`)), "no \\u001b[31m");
});
