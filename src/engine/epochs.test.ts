// What a node does next about the engine's key, state by state.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EpochState, EpochView } from "../ports/epoch-store.ts";
import { type EpochStep, isDestroyed, laggards, nextEpochStep } from "./epochs.ts";

const [now, retentionMs] = [1_000, 100];

/** `states` from epoch `from` on; what each node reports, by name; a node in capitals has no lease. */
function viewOf(states: readonly EpochState[], reports: Record<string, number>, from = 0): EpochView {
  return {
    epochs: states.map((state, index) => ({
      epoch: from + index,
      state,
      keyId: new Uint8Array(8),
      begunAt: now - retentionMs,
    })),
    nodes: Object.entries(reports).map(([node, reportedEpoch]) => ({
      node,
      reportedEpoch,
      leaseEndsAt: node === node.toUpperCase() ? now : now + 1,
    })),
  };
}

const step = (view: EpochView, node: string, oldest: number, at = now): EpochStep =>
  nextEpochStep(view, { node, oldest }, { now: at, retentionMs });

test("a node says first what its file can make, also when that is less than before", () => {
  assert.deepEqual(step(viewOf([], {}), "a", 3), { type: "report", epoch: 3 });
  assert.deepEqual(step(viewOf(["current"], { a: 1 }), "a", 0), { type: "report", epoch: 0 });
  assert.deepEqual(step(viewOf(["retired", "current"], { b: 1 }), "a", 0), { type: "report", epoch: 0 });
});

test("the first epoch is the one that every node can make", () => {
  assert.deepEqual(step(viewOf([], { a: 0, b: 4 }), "a", 0), { type: "begin", after: null, next: 4 });
});

test("a later one begins when the current one is old enough, and nothing retires still", () => {
  const view = viewOf(["retired", "current"], { a: 1, b: 1 });
  assert.deepEqual(step(view, "a", 1), { type: "begin", after: 1, next: 2 });
  assert.deepEqual(step(view, "b", 1), { type: "wait", until: null });
  assert.deepEqual(step(view, "a", 1, now - 1), { type: "wait", until: now });
  const early = now - 2 * retentionMs;
  assert.deepEqual(step(view, "a", 1, early), { type: "wait", until: now });
  assert.deepEqual(
    step(view, "a", 1, early - 1),
    { type: "begin", after: 1, next: 2 },
    "begun by a wrong clock",
  );
  const retiring = viewOf(["retiring", "current"], { a: 0, b: 0 });
  assert.deepEqual(step(retiring, "a", 0), { type: "clear", epoch: 0, to: 1 });
  assert.deepEqual(step(retiring, "b", 0), { type: "wait", until: null });
});

test("the first of the living leads, if it has the key of what retires", () => {
  const retiring = viewOf(["retiring", "current"], { A: 0, b: 1, c: 0, d: 0 });
  assert.deepEqual(step(retiring, "c", 0), { type: "clear", epoch: 0, to: 1 });
  assert.deepEqual(step(retiring, "d", 0), { type: "wait", until: null });
});

test("what is retired is given up, before anything else is done", () => {
  const view = viewOf(["retired", "retired", "current"], { a: 0, b: 2 });
  assert.deepEqual(step(view, "a", 0), { type: "ratchet", to: 2 });
  assert.deepEqual(
    laggards(view).map(({ node }) => node),
    ["a"],
  );
});

test("an epoch is destroyed when it is retired and every registered node is beyond it, dead ones too", () => {
  const view = viewOf(["retired", "retired", "current"], { a: 2, B: 1 });
  assert.deepEqual(
    [0, 1, 2].map((epoch) => isDestroyed(view, epoch)),
    [true, false, false],
  );
  assert.equal(isDestroyed(viewOf(["retired", "current"], {}), 0), false);
  assert.equal(isDestroyed(viewOf(["current"], { a: 1 }), 0), false);
});

test("an epoch that nobody can make any more is abandoned, and a new one begins after all that were", () => {
  assert.deepEqual(step(viewOf(["retiring", "current"], { a: 5 }), "a", 5), { type: "abandon", epoch: 0 });
  assert.deepEqual(step(viewOf(["retired", "current"], { a: 5 }), "a", 5), { type: "abandon", epoch: 1 });
  assert.deepEqual(step(viewOf(["retired", "retired"], { a: 5 }), "a", 5), {
    type: "begin",
    after: null,
    next: 5,
  });
  assert.equal(step(viewOf(["current"], { a: 5, b: 0 }), "a", 5).type, "wait");
});
