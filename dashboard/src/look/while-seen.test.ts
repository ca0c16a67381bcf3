// A page that is hidden for long gives its stream up, and has it again when it is seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { whileSeen } from "./while-seen.ts";

/** Whatever promises can do without time going on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("hidden for half a minute it ends, seen it goes on, and what ends by itself is over", async ({
  mock,
}) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const document = Object.assign(new EventTarget(), { hidden: false });
  Object.assign(globalThis, { document });
  const show = (hidden: boolean) => {
    document.hidden = hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const told: string[] = [];
  let streams = 0;
  async function* follow(signal: AbortSignal) {
    yield `stream ${++streams}`;
    if (streams === 3) return;
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    told.push(`end ${streams}`);
  }
  const over = (async () => {
    for await (const one of whileSeen(follow, new AbortController().signal)) told.push(one);
  })();
  await settled();
  show(true);
  mock.timers.tick(29_000);
  show(false);
  mock.timers.tick(29_000);
  await settled();
  assert.deepEqual(told, ["stream 1"], "hidden for less, it goes on");
  for (let stream = 1; stream < 3; stream++) {
    show(true);
    mock.timers.tick(30_000);
    await settled();
    assert.equal(told.at(-1), `end ${stream}`);
    show(false);
    await settled();
    assert.equal(told.at(-1), `stream ${stream + 1}`);
  }
  await over;
});

test("it ends with its signal, also while nobody sees the page", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { document: Object.assign(new EventTarget(), { hidden: true }) });
  const control = new AbortController();
  const follow = async function* (signal: AbortSignal) {
    yield 1;
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  };
  const over = (async () => {
    for await (const _ of whileSeen(follow, control.signal));
  })();
  await settled();
  mock.timers.tick(30_000);
  await settled();
  control.abort();
  await over;
});
