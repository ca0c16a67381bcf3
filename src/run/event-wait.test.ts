// Waits for events: what counts for the limits of the run, which subjects there are, and what wins over the timeout.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { limits } from "../value/limits.ts";
import { decide } from "./decide.ts";
import type { RunState } from "./state.ts";

const head = "name: w\nversion: 1\ntriggers: [{type: http}]";

test("events that a wait passes over do not count for the limits of its run", () => {
  const run = new PlayRun(`${head}
steps:
  a: {wait: {event: paid, when: "event.data.amount > 10"}}
`);
  const { seq, dataBytes } = run.state;
  for (let order = 0; order < 3; order++) run.callBack("a", { data: { amount: order } });
  assert.equal(run.state.dataBytes, dataBytes);
  assert.equal(run.state.seq - run.state.passedOver, seq);
  const taken = { data: { amount: 50 } };
  const ended = new PlayRun(`${head}
steps:
  a: {wait: {event: paid, when: {expr: "return true", lang: lua}}}
  b: {wait: {signal: go}, after: [a]}
`);
  ended.callBack("a", taken);
  assert.equal(ended.state.dataBytes, dataBytes, "it is not judged yet");
  ended.compute({ "return true": true });
  assert.ok(ended.state.dataBytes >= dataBytes + JSON.stringify(taken).length);
  assert.equal(ended.state.passedOver, 0);
  let state: RunState = { ...run.state, seq: limits.run_events + 5 };
  const give = (amount: number) => {
    const body = { data: { amount } };
    const command = {
      type: "signal",
      name: "paid",
      body,
      key: null,
      target: { step: 0, item: null },
    } as const;
    const decision = decide(run.workflow, state, { now: run.now, ...command });
    assert.ok(decision.type === "accepted");
    ({ state } = decision);
    return decision.events.map(({ type }) => type);
  };
  assert.deepEqual(give(5), ["signal.received", "wait.ignored"]);
  assert.equal(state.ending, null);
  state = { ...state, passedOver: 0 };
  assert.deepEqual(give(5), [
    "signal.received",
    "wait.ignored",
    "run.ending",
    "step.cancelled",
    "run.failed",
  ]);
});

test("a subject that is no text is waited for by nobody: the step fails", () => {
  for (const [order, code] of [
    [null, "null_in_text"],
    [["o-1"], "not_a_text"],
    [{ id: "o-1" }, "not_a_text"],
    [17, null],
  ] as const) {
    const run = new PlayRun(
      `${head}\nsteps:\n  a: {wait: {event: paid, subject: "{{ trigger.body.order }}"}}\n`,
      { order },
    );
    const [effect] = run.outstanding;
    if (code === null) assert.equal(effect?.type === "event" && effect.subject, "17");
    else assert.equal(run.last("step.failed").failure.code, code);
  }
});

for (const command of ["tick", "recover"] as const) {
  test(`an event that was recorded before the timeout wins, though the sandbox judges it later: ${command}`, () => {
    const when = "return event.data.amount > 10";
    const document = `${head}
steps:
  a: {wait: {event: paid, when: {expr: "${when}", lang: lua}, timeout: 30s}}
`;
    const [taken, refused] = [new PlayRun(document), new PlayRun(document)];
    for (const run of [taken, refused]) {
      run.after(29_000).callBack("a", { data: { amount: 11 } });
      assert.deepEqual(run.after(2_000).give({ type: command }), []);
      assert.deepEqual(run.needs, [when]);
    }
    assert.deepEqual(taken.compute({ [when]: true }), ["wait.ended a", "step.succeeded a", "run.completed"]);
    assert.deepEqual(refused.compute({ [when]: false }), ["wait.ignored a"]);
    assert.deepEqual(refused.tick().slice(0, 2), ["wait.timed_out a", "step.failed a"]);
  });
}
