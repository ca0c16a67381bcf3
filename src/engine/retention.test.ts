// When the store is asked to remove what is over: each minute, again at once while there is more, and when a tenant was deleted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Retention } from "./retention.ts";
import type { Timers } from "./timers.ts";

function stage() {
  const looks: PromiseWithResolvers<number>[] = [];
  const timers: { readonly at: number; fire: (() => void) | null }[] = [];
  const set = (at: number, fire: () => void) => {
    timers.push({ at, fire });
    return timers.at(-1);
  };
  const cancel = (timer: { fire: unknown }) => void Object.assign(timer, { fire: null });
  const dropEnded = () => {
    looks.push(Promise.withResolvers<number>());
    return looks.at(-1)?.promise;
  };
  const retention = new Retention(
    { store: { dropEnded }, clock: { now: () => 0 } } as unknown as ConstructorParameters<
      typeof Retention
    >[0],
    { set, cancel } as unknown as Timers,
    () => 1,
  );
  const end = async (dropped: number) => {
    looks.at(-1)?.resolve(dropped);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const waiting = () => timers.flatMap(({ at, fire }) => (fire === null ? [] : [at]));
  return { retention, looks, waiting, end };
}

test("what is left of a deleted tenant is removed at once, also when that comes during a look", async () => {
  const { retention, looks, waiting, end } = stage();
  retention.lookNow();
  assert.equal(looks.length, 0, "it has not been started");
  retention.start();
  await end(0);
  assert.deepEqual([looks.length, waiting()], [1, [60_000]]);
  retention.lookNow();
  assert.deepEqual([looks.length, waiting()], [2, []]);
  retention.lookNow();
  retention.lookNow();
  assert.equal(looks.length, 2, "one at a time");
  await end(0);
  assert.deepEqual(waiting(), [50], "the look may have gone past it");
  retention.stop();
  retention.lookNow();
  assert.deepEqual([looks.length, waiting()], [2, []]);
});
