// A run is followed once, and whether its stream is open is told as it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import "../../../../test/dashboard/dispatched-subpaths.ts";
import type { Client } from "../../../../src/client/index.ts";

const { RunFeed } = await import("./run-feed.ts");

type Options = NonNullable<Parameters<Client["followRun"]>[1]>;

/** Whatever promises can do without time going on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const eventOf = (seq: number) => ({
  seq,
  type: "run.x",
  step: null,
  at: new Date(seq).toISOString(),
  data: {},
});

/** @param hidden whether nobody sees the page */
function page(hidden: boolean) {
  const frames: (() => void)[] = [];
  const document = Object.assign(new EventTarget(), { hidden });
  Object.assign(globalThis, { document, requestAnimationFrame: (frame: () => void) => frames.push(frame) });
  const draw = () => {
    for (const frame of frames.splice(0)) frame();
  };
  return { document, draw };
}

/** A client whose streams are told by the test, one after the other. */
function followed(...streams: ((options: Options) => AsyncGenerator<unknown>)[]) {
  let opened = 0;
  const client = {
    getBriefRun: async () => ({ seq: 0 }),
    explain: async () => null,
    followRun: (_: string, options: Options) => streams[opened++]?.(options),
  };
  const feed = new RunFeed(client as unknown as Client, "run_x");
  return { feed, opened: () => opened };
}

const never = ({ signal }: Options) =>
  new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));

test("a stream that is open again is live, though nothing happens in the run", async () => {
  page(false);
  const told: string[] = [];
  const { feed } = followed(async function* (options) {
    options.onOpen?.();
    yield eventOf(1);
    options.onBreak?.(1);
    told.push(feed.snapshot().stream);
    options.onOpen?.();
    told.push(feed.snapshot().stream);
    await never(options);
  });
  feed.start();
  await settled();
  feed.stop();
  assert.deepEqual(told, ["broken", "live"]);
});

test("a run that is gone on with is followed once, however often that is asked for", async () => {
  const { draw } = page(false);
  const { feed, opened } = followed(
    async function* () {
      yield eventOf(1);
    },
    async function* (options) {
      yield eventOf(2);
      await never(options);
    },
  );
  feed.start();
  await settled();
  draw();
  assert.equal(feed.snapshot().stream, "ended");
  feed.followOn();
  feed.followOn();
  await settled();
  draw();
  feed.stop();
  assert.equal(opened(), 2);
  assert.deepEqual(
    feed.trail.events.map(({ seq }) => seq),
    [1, 2],
  );
});

test("what came is shown though the page was hidden before its frame", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { document } = page(false);
  const { feed } = followed(async function* (options) {
    yield eventOf(1);
    await never(options);
  });
  feed.start();
  await settled();
  document.hidden = true;
  mock.timers.tick(1_000);
  assert.equal(feed.snapshot().seq, 1);
  feed.stop();
});
