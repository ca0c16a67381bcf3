// A path names the same whether what is there stands apart or not.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../value/json.ts";
import { type BodySource, placeStored } from "../../value/stored-body.ts";
import { evaluateTemplate } from "../evaluate-template.ts";
import type { Scope } from "../expression.ts";
import { parseTemplateText } from "../template/parse-template-text.ts";

const large = { b: "large" };
const source: BodySource = {
  owner: "ten_1/run_1",
  atHand: () => large,
  load: () => Promise.resolve(),
  chunks: () => assert.fail("nobody reads its bytes"),
  hold: () => {},
  letGo: () => {},
};
const body = { id: 1, kind: "json", bytes: 9, chunks: 1, size: 9, digest: "" } as const;

function outputsOf(isApart: boolean): Json {
  const [list, inList, plain] = [[large as Json], [{ body: large as Json }], { body: large as Json }];
  if (isApart) {
    placeStored(list, 0, { source, body });
    for (const holder of [inList[0] as object, plain]) placeStored(holder, "body", { source, body });
  }
  return { list, in_list: inList, plain };
}

function scopeOf(isApart: boolean): Scope {
  return { root: () => undefined, step: () => ({ output: outputsOf(isApart) }), stores: isApart };
}

test("a text names no entry of a list, whatever stands there", () => {
  for (const [path, value] of [
    ['list["0"]', null],
    ["list[0]", large],
    ['in_list["0"].body', null],
    ["in_list[0].body", large],
    ["plain.body", large],
    ['list["0"].b', null],
    ["list[0].b", "large"],
  ] as const) {
    const { template } = parseTemplateText(`{{ steps.s.output.${path} }}`);
    for (const isApart of [false, true]) {
      const evaluated = evaluateTemplate(template, scopeOf(isApart));
      assert.ok(evaluated.ok, `${path}: it fails`);
      assert.deepEqual(evaluated.value, value, `${path}, ${isApart ? "apart" : "in its place"}`);
    }
  }
});
