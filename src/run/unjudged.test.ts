// Events that a wait is still to judge: how many stand, how many the sandbox judges together, and what they hold up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import type { ComputedValue } from "./need.ts";
import { addComputed } from "./unjudged.ts";

const when = "return event.data.amount > 10";
const document = (more: string) => `name: w
version: 1
triggers: [{type: http}]
steps:
  a: {wait: {event: paid, when: {expr: "${when}", lang: lua}, ${more}}
  b: {wait: {signal: go, timeout: 1h}}
`;
const waiting = document("timeout: 30s}, on_error: continue");

/** An event that comes in now, or came in before. */
function offer(run: PlayRun, id: number, receivedAt = run.now) {
  const body = { source: "bank", id: `${id}`, data: { amount: 1 } };
  const target = { step: 0, item: null };
  return run.give({ type: "signal", name: "paid", body, key: `${id}/0`, target, receivedAt });
}

for (const [what, limit] of [
  ["wait", waiting],
  ["step", document("timeout: 1h}, timeout: 30s, on_error: continue")],
] as const) {
  test(`an event that comes after the timeout of its ${what} holds it up no further`, () => {
    const run = new PlayRun(limit);
    offer(run.after(29_000), 1);
    run.after(2_000);
    assert.equal(offer(run, 2), "wait_over");
    assert.deepEqual(offer(run, 3, run.now - 1_500), ["signal.received a"], "it was in time, and came late");
    assert.deepEqual(run.tick(), [], "those in time are judged first");
    assert.equal(offer(run, 4), "wait_over");
    assert.deepEqual(run.compute({ [when]: false }), ["wait.ignored a", "wait.ignored a"]);
    assert.equal(offer(run, 5), "wait_over");
    run.tick();
    assert.equal(run.statusOf("a"), "failed");
  });
}

test("a wait takes so many events, and the others once it has judged some", () => {
  const run = new PlayRun(waiting);
  for (let id = 0; id < 128; id++) assert.deepEqual(offer(run, id), ["signal.received a"]);
  assert.equal(offer(run, 128), "too_many_signals");
  assert.deepEqual(offer(run, 127), [], "it is known");
  assert.deepEqual(run.signal("go"), ["signal.received", "wait.ended b", "step.succeeded b"]);
  assert.equal(run.needs.length, 32, "they are judged together");
  assert.equal(run.compute({ [when]: false }).length, 32);
  assert.deepEqual(offer(run, 128), ["signal.received a"]);
  for (let left = 97; left > 0; left -= 32) run.compute({ [when]: false });
  assert.deepEqual([run.needs, run.state.signals], [[], []]);
});

test("what a wait had not judged goes with it", () => {
  const run = new PlayRun(waiting);
  for (let id = 0; id < 3; id++) offer(run, id);
  run.signal("stop");
  const taken = run.compute({ [when]: true });
  assert.deepEqual(taken, ["wait.ended a", "step.succeeded a"]);
  assert.deepEqual(
    run.state.signals.map(({ name }) => name),
    ["stop"],
  );
  assert.equal(run.state.steps[0]?.signals?.length, 1);
});

test("what was computed of an event is forgotten once that is judged", () => {
  const run = new PlayRun(waiting);
  for (let id = 0; id < 3; id++) offer(run, id);
  const value = { result: { ok: true, value: false }, now: 0 } as const;
  const keyOf = (seq: number) => `event/${seq}/lua/${when}`;
  const seqs = run.state.signals.map(({ seq }) => seq);
  const computed = new Map<string, ComputedValue>([["when/1/lua/x", value]]);
  for (const seq of [1, ...seqs]) computed.set(keyOf(seq), value);
  addComputed(computed, new Map([["start/0/lua/x", value]]), run.state);
  assert.deepEqual([...computed.keys()], ["when/1/lua/x", ...seqs.map(keyOf), "start/0/lua/x"]);
});
