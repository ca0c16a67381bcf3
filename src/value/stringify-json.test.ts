// JSON text of values with big integers in them, and of values whose bodies stand elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "./json.ts";
import { BodyAway, type BodySource, placeStored } from "./stored-body.ts";
import { stringifyJson } from "./stringify-json.ts";

test("big integers are written as their digits, wherever they stand", () => {
  const big = 12345678901234567890123n;
  const shared = { id: big };
  const value: Json = { a: [1, "x", [big]], b: shared, c: shared, d: { e: null, 'f"': { g: big } }, h: [] };
  assert.equal(
    stringifyJson(value),
    '{"a":[1,"x",[12345678901234567890123]],"b":{"id":12345678901234567890123},"c":{"id":12345678901234567890123},' +
      '"d":{"e":null,"f\\"":{"g":12345678901234567890123}},"h":[]}',
  );
  assert.equal(stringifyJson(big), "12345678901234567890123");
});

test("all bodies that are away are asked for at once, beside big integers too", () => {
  const reads: number[] = [];
  const source: BodySource = {
    owner: "ten_1/run_1",
    atHand: ({ id }) => {
      reads.push(id);
      return undefined;
    },
    load: () => assert.fail("nobody waits here"),
    chunks: () => assert.fail("nobody reads its bytes"),
    hold: () => {},
    letGo: () => {},
  };
  const list: Json[] = [1n, null, null, null];
  for (const id of [1, 2, 3]) {
    placeStored(list, id, { source, body: { id, kind: "json", bytes: 9, chunks: 1, size: 9, digest: "" } });
  }
  for (const value of [list, list.slice(0, 1).concat([list] as Json[])]) {
    assert.throws(
      () => stringifyJson(value),
      (error) => error instanceof BodyAway && error.stored.length === 3,
    );
  }
  assert.ok(reads.length <= 10, `read ${reads.length} times`);
});
