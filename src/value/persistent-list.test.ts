// A persistent list holds what was put, and its older versions stay as they were.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyList, entryAt, withEntry } from "./persistent-list.ts";

test("every version holds what was put into it", () => {
  const puts = fc.array(fc.tuple(fc.nat(4_999), fc.integer()), { maxLength: 60 });
  fc.assert(
    fc.property(puts, (changes) => {
      let list = emptyList<number>(5_000);
      const model = new Map<number, number>();
      const versions = [{ list, model: new Map(model) }];
      for (const [place, value] of changes) {
        list = withEntry(list, place, value);
        model.set(place, value);
        versions.push({ list, model: new Map(model) });
      }
      for (const version of versions) {
        for (const [place] of changes) assert.equal(entryAt(version.list, place), version.model.get(place));
      }
    }),
  );
});

test("ten thousand places are set and read", () => {
  let list = emptyList<number>(10_000);
  for (let place = 0; place < 10_000; place++) list = withEntry(list, place, place * 2);
  for (let place = 0; place < 10_000; place++) assert.equal(entryAt(list, place), place * 2);
  for (const place of [10_000, 32_768, 1e9, -1, 1.5, Number.NaN])
    assert.equal(entryAt(list, place), undefined);
});
