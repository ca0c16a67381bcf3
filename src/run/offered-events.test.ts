// What a wait remembers of the events that it was offered, and what others remember in spite of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { offeredKeys } from "./offered-events.ts";
import type { RunState } from "./state.ts";

const document = `name: w
version: 1
triggers: [{type: http}]
steps:
  a: {wait: {event: paid, when: "event.data.amount > 10"}}
  b: {wait: {signal: go}, after: [a]}
`;

/** After an event that the wait passed over. */
function passedOver(state: RunState, no: number, receivedAt: number): RunState {
  const body = { source: "bank", id: `${no}`, data: { amount: 1 } };
  const received = evolve(state, {
    ...{ type: "signal.received", at: state.at, name: "paid" },
    ...{ body, key: `${no}/0`, step: 0, receivedAt },
  });
  return evolve(received, { type: "wait.ignored", at: state.at, step: 0, signal: received.seq });
}

function offer(run: PlayRun, state: RunState, no: number, receivedAt: number) {
  const decision = decide(run.workflow, state, {
    ...{ type: "signal", name: "paid", key: `${no}/0`, target: { step: 0, item: null }, receivedAt },
    ...{ body: { source: "bank", id: `${no}`, data: { amount: 1 } }, now: run.now, computed: new Map() },
  });
  return decision.type === "accepted" ? decision.events.length : decision.code;
}

test("each of many events of a moment is known when it is offered again, and other keys stay known", () => {
  const run = new PlayRun(document);
  run.signal("go", 1, "first");
  let state = run.state;
  for (let no = 0; no < 1_500; no++) state = passedOver(state, no, 100_000 + no);
  for (const no of [0, 1, 700, 1_499]) assert.equal(offer(run, state, no, 100_000 + no), 0, `${no}`);
  assert.deepEqual(state.signalKeys, ["first"]);
});

test("events that are still to be judged keep no signal away", () => {
  const run = new PlayRun(document);
  const send = (step: number | null) => {
    const kept = { name: "go", body: null, step, item: null, cameAt: 0 };
    const signals = Array.from({ length: 1_000 }, (_, no) => ({ ...kept, seq: no + 3 }));
    const command = { type: "signal", name: "go", body: null, key: null, target: null } as const;
    const { now, workflow } = run;
    return decide(workflow, { ...run.state, signals }, { now, computed: new Map(), ...command });
  };
  assert.equal(send(0).type, "accepted");
  assert.deepEqual(send(null), { type: "rejected", code: "too_many_signals" });
});

test("an event is forgotten when it came too long before the latest to be offered again", () => {
  const run = new PlayRun(document);
  let state = run.state;
  for (const [no, at] of [100_000, 104_000, 109_000, 114_000].entries()) state = passedOver(state, no, at);
  assert.deepEqual(offeredKeys(state.steps[0]?.awaited ?? null), ["1/0", "2/0", "3/0"]);
  state = passedOver(state, 4, 113_000);
  assert.deepEqual(offeredKeys(state.steps[0]?.awaited ?? null), ["1/0", "2/0", "3/0", "4/0"]);
  state = passedOver(state, 5, 125_000);
  assert.deepEqual(offeredKeys(state.steps[0]?.awaited ?? null), ["5/0"]);
});
