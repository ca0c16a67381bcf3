// Many things at a time: bounded, in order, and none begun after one has failed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sideBySide } from "./side-by-side.ts";

interface Begun {
  readonly item: number;
  readonly end: (error?: Error) => void;
}

function begin(count: number, atOnce: number) {
  const begun: Begun[] = [];
  const all = sideBySide(
    Array.from({ length: count }, (_, item) => item),
    atOnce,
    (item) =>
      new Promise<string>((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve(`did ${item}`) : reject(error));
        begun.push({ item, end });
      }),
  );
  return { begun, all, items: () => begun.map(({ item }) => item) };
}

/** Whatever can go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("so many are under way, the next follows whichever ends, and the results are in order", async () => {
  const { begun, all, items } = begin(5, 2);
  assert.deepEqual(items(), [0, 1]);
  begun[1]?.end();
  await settled();
  assert.deepEqual(items(), [0, 1, 2]);
  begun[2]?.end();
  await settled();
  begun[3]?.end();
  begun[0]?.end();
  await settled();
  begun[4]?.end();
  assert.deepEqual(
    await all,
    [0, 1, 2, 3, 4].map((item) => `did ${item}`),
  );
});

test("of nothing there is nothing", async () => {
  assert.deepEqual(await begin(0, 4).all, []);
});

test("after one has failed none is begun", async () => {
  const { begun, all, items } = begin(9, 3);
  const failed = assert.rejects(all, /broken/);
  begun[1]?.end(new Error("broken"));
  await failed;
  begun[0]?.end();
  begun[2]?.end();
  await settled();
  assert.deepEqual(items(), [0, 1, 2]);
});
