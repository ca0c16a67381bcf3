// Stored bodies in a value are read without copying them.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "./json.ts";
import {
  BodyAway,
  type BodySource,
  copyJson,
  placeStored,
  placeValue,
  type StoredBody,
} from "./stored-body.ts";

const body: StoredBody = { id: 1, kind: "json", bytes: 9, chunks: 1, size: 9, digest: "" };

function sourceOf(value: Json | undefined): BodySource {
  return {
    owner: "ten_1/run_1",
    atHand: () => value,
    load: () => Promise.resolve(),
    chunks: () => assert.fail("nobody reads its bytes"),
    hold: () => {},
    letGo: () => {},
  };
}

test("a copy shares the bodies that it reads, and all that has none in it", () => {
  const large = { rate: [1, 2, 3] };
  const small = { a: [{ b: 1 }] };
  const trigger = { body: null as Json, headers: small };
  placeStored(trigger, "body", { source: sourceOf(large), body });
  const list: Json[] = [small, null];
  placeStored(list, 1, { source: sourceOf("text"), body });
  const copy = copyJson({ trigger, list, other: small });
  assert.deepEqual(copy, {
    trigger: { body: large, headers: small },
    list: [small, "text"],
    other: small,
  });
  assert.ok(copy.trigger.body === large && copy.trigger.headers === small);
  assert.ok(copy.other === small && copy.list[0] === small);
  assert.deepEqual(Object.getOwnPropertyDescriptor(copy.trigger, "body")?.value, large, "it is read");
});

test("a value without stored bodies is itself, also one whose body was replaced", () => {
  const holder = { body: null as Json };
  placeStored(holder, "body", { source: sourceOf(1), body });
  placeValue(holder, "body", 2);
  const value = { holder, list: [1, "a"] };
  assert.ok(copyJson(value) === value);
});

test("all that is away is asked for at once", () => {
  const holder = { a: null as Json, b: null as Json };
  placeStored(holder, "a", { source: sourceOf(undefined), body });
  placeStored(holder, "b", { source: sourceOf(undefined), body: { ...body, id: 2 } });
  assert.throws(
    () => copyJson({ holder }),
    (error) => error instanceof BodyAway && error.stored.length === 2,
  );
});
