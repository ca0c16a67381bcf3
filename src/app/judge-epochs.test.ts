// What the doctor says about nodes that are behind, and about a key file that is ahead.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EpochState, EpochView } from "../ports/epoch-store.ts";
import { judgeEpochs } from "./judge-epochs.ts";

function viewOf(states: Readonly<Record<number, EpochState>>, nodes: EpochView["nodes"]): EpochView {
  const epochs = Object.entries(states).map(([epoch, state]) => {
    return { epoch: Number(epoch), state, keyId: new Uint8Array(8), begunAt: 0 };
  });
  return { epochs, nodes };
}

const node = (name: string, reportedEpoch: number, leaseEndsAt: number) => {
  return { node: name, reportedEpoch, leaseEndsAt };
};

test("a node that is down with retired keys is named; one that runs gives them up by itself", () => {
  const nodes = [node("a", 2, 50), node("b", 1, 50), node("c", 1, 500)];
  const found = judgeEpochs(viewOf({ 1: "retired", 2: "retiring", 3: "current" }, nodes), 2, 100);
  assert.deepEqual(
    found.map(({ level, message }) => `${level}: ${message}`),
    ["warning: the node b is down and has the keys from epoch 1 on, of which some are retired"],
  );
});

test("a key file that cannot make the keys of the data is told", () => {
  const view = viewOf({ 1: "retired", 2: "retiring", 3: "current" }, [node("a", 2, 0)]);
  assert.deepEqual(judgeEpochs(view, 2, 100), []);
  assert.deepEqual(judgeEpochs(view, null, 100), []);
  const [found] = judgeEpochs(view, 4, 100);
  assert.match(found?.message ?? "", /cannot make the keys of epoch 2, 3$/);
  assert.match(found?.hint ?? "", /after `dispatched engine-key reseed` .* never put the old file back/);
});
