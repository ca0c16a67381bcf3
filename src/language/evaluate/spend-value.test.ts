// A value is counted without reading the bodies in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../value/json.ts";
import { type BodySource, placeStored } from "../../value/stored-body.ts";
import { spendValue } from "./spend-value.ts";
import { newWork } from "./work.ts";

test("bodies of a list and of an object are counted by what is known of them", () => {
  const source: BodySource = {
    owner: "ten_1/run_1",
    atHand: () => assert.fail("it is read"),
    load: () => assert.fail("it is loaded"),
    chunks: () => assert.fail("it is streamed"),
    hold: () => {},
    letGo: () => {},
  };
  const body = { id: 1, kind: "json", bytes: 700, chunks: 1, size: 700, digest: "" } as const;
  const list: Json[] = [1, null];
  placeStored(list, 1, { source, body });
  const holder = { list, output: null as Json };
  placeStored(holder, "output", { source, body });
  const work = newWork();
  const before = work.size;
  spendValue(holder, work);
  assert.equal(Math.abs(work.size - before), 1_400 + 4 + (4 + 4) + 4 + 4 + (6 + 4));
});
