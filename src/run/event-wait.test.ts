// Waits for events: what counts for the limits of the run, which subjects there are, and what wins over the timeout.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { decide } from "./decide.ts";
import { fold } from "./evolve.ts";
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

test("an event that a wait passes over at once is recorded without its data, and is known when it comes again", () => {
  for (const wait of [
    'when: "event.data.amount > 10"',
    "schema: {required: [paid]}, when: {expr: return true, lang: lua}",
  ]) {
    const run = new PlayRun(`${head}\nsteps:\n  a: {wait: {event: paid, ${wait}}}\n`);
    const { dataBytes, seq, passedOver } = run.state;
    const offer = (id: string, data: Json) => {
      const [target, body] = [
        { step: 0, item: null },
        { source: "bank", id, data },
      ];
      return run.give({ type: "signal", name: "paid", body, key: `${id}/0`, target, receivedAt: run.now });
    };
    assert.deepEqual(offer("1", { amount: 1, text: "x".repeat(1_000) }), ["wait.passed_over a"]);
    const { now: at } = run;
    assert.deepEqual(run.log.at(-1), {
      ...{ at, type: "wait.passed_over", step: 0, source: "bank", id: "1", key: "1/0", receivedAt: at },
    });
    assert.deepEqual(offer("1", { amount: 1 }), [], "it is known");
    assert.deepEqual([run.state.dataBytes, run.state.signals], [dataBytes, []]);
    assert.equal(run.state.seq - run.state.passedOver, seq - passedOver);
    assert.equal(
      offer("2", { amount: 11, paid: true })[0],
      "signal.received a",
      "it may be one for the wait",
    );
  }
});

test("events that a wait passed over are told by old logs with their data", () => {
  const run = new PlayRun(`${head}\nsteps:\n  a: {wait: {event: paid, when: "event.data.amount > 10"}}\n`);
  const { now: at } = run;
  const body = { source: "bank", id: "1", data: { amount: 1 } };
  const received = { at, type: "signal.received", name: "paid", body, key: "1/0", step: 0 } as const;
  const state = fold(run.state, [
    { ...received, receivedAt: at },
    { at, type: "wait.ignored", step: 0, signal: run.state.seq + 1 },
  ]);
  const target = { step: 0, item: null };
  const again = { now: at, name: "paid", body, key: "1/0", target, receivedAt: at };
  const decision = decide(run.workflow, state, { type: "signal", ...again });
  assert.ok(decision.type === "accepted");
  assert.deepEqual([decision.events, decision.state.signals], [[], []], "it is known");
});
