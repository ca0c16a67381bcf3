// The gate before a host: runs take turns, calls that are given up leave no trace, and a start does not burst.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../test/engine/hand-clock.ts";
import { HostGate, type Ticket } from "./host-gate.ts";
import type { HostRule } from "./host-rule.ts";
import { Timers } from "./timers.ts";

const free: HostRule = { host: "a.example", rate: null, concurrency: null, breaker: null };

const startAt = 1_000_000;

/** @param startedAt of the engine; null for a rule that is new */
function stage(rule: Partial<HostRule>, startedAt: number | null = startAt) {
  const clock = new HandClock(startAt);
  const timers = new Timers(clock);
  const gate = new HostGate({ ...free, ...rule }, { now: () => clock.now(), timers }, startedAt);
  const through: string[] = [];
  const tickets = new Map<string, Ticket>();
  const enter = (run: string, name: string) => {
    const ticket = gate.enter(
      run,
      () => void through.push(name),
      () => void through.push(`${name} turned away`),
    );
    tickets.set(name, ticket);
  };
  const ticket = (name: string) => tickets.get(name) as Ticket;
  const begin = (...names: readonly string[]) => names.map((name) => gate.begin(ticket(name)));
  return { clock, gate, through, enter, ticket, begin };
}

async function pass(clock: HandClock, ms: number): Promise<void> {
  await clock.passTo(clock.now() + ms);
}

test("runs take turns, whoever came with more", () => {
  const { gate, through, enter, ticket } = stage({ concurrency: 1 });
  for (const index of [1, 2, 3, 4]) enter("many", `many ${index}`);
  enter("one", "one 1");
  enter("two", "two 1");
  for (const name of ["many 1", "many 2", "one 1", "two 1", "many 3"]) gate.leave(ticket(name), "answered");
  assert.deepEqual(through, ["many 1", "many 2", "one 1", "two 1", "many 3", "many 4"]);
});

test("a call that is given up while it waits is not let through, and gives its place free when it was", () => {
  const { gate, through, enter, ticket } = stage({ concurrency: 1 });
  for (const name of ["a", "b", "c"]) enter(name, name);
  gate.leave(ticket("b"), "none");
  gate.leave(ticket("a"), "none");
  assert.deepEqual(through, ["a", "c"]);
  assert.equal(gate.heldBy, "concurrency");
});

test("after a start calls begin evenly spaced, then no more than so many in the time", async () => {
  const { clock, gate, through, enter, ticket } = stage({ rate: { calls: 2, perMs: 100 } });
  for (const name of ["a", "b", "c"]) enter("run", name);
  assert.deepEqual(through, []);
  assert.equal(gate.heldBy, "rate");
  await pass(clock, 50);
  assert.deepEqual(through, ["a"]);
  gate.begin(ticket("a"));
  await pass(clock, 50);
  assert.deepEqual(through, ["a", "b"]);
  gate.begin(ticket("b"));
  await pass(clock, 49);
  assert.deepEqual(through, ["a", "b"]);
  await pass(clock, 1);
  assert.deepEqual(through, ["a", "b", "c"]);
});

test("failures in a row open the breaker; then one call shows whether the host is back", async () => {
  const breaker = { failures: 2, openMs: 1_000 };
  const { clock, gate, through, enter, ticket, begin } = stage({ breaker }, null);
  for (const name of ["a", "b", "slow"]) enter("run", name);
  begin("a", "b", "slow");
  gate.leave(ticket("a"), "failed");
  gate.leave(ticket("b"), "failed");
  for (const name of ["c", "d"]) enter("run", name);
  assert.equal(gate.heldBy, "breaker");
  gate.leave(ticket("slow"), "answered");
  assert.equal(gate.heldBy, "breaker", "it began before");
  await pass(clock, 1_000);
  assert.deepEqual(through.slice(3), ["c"]);
  begin("c");
  gate.leave(ticket("c"), "failed");
  await pass(clock, 999);
  assert.deepEqual(through.slice(3), ["c"]);
  await pass(clock, 1);
  assert.deepEqual(through.slice(3), ["c", "d"]);
  begin("d");
  gate.leave(ticket("d"), "answered");
  enter("run", "e");
  assert.deepEqual(through.slice(3), ["c", "d", "e"]);
});

test("what came through before the breaker opened is not sent while it is open, and counts when it is sent after", async () => {
  const breaker = { failures: 1, openMs: 1_000 };
  const { clock, gate, through, enter, ticket, begin } = stage({ breaker }, null);
  for (const name of ["a", "late", "later"]) enter("run", name);
  begin("a");
  gate.leave(ticket("a"), "failed");
  assert.deepEqual(begin("late"), [false]);
  gate.leave(ticket("late"), "none");
  await pass(clock, 1_000);
  enter("run", "probe");
  assert.deepEqual(begin("later"), [false], "one goes to see");
  assert.deepEqual(begin("probe"), [true]);
  gate.leave(ticket("probe"), "answered");
  assert.deepEqual(begin("later"), [true]);
  gate.leave(ticket("later"), "failed");
  enter("run", "next");
  assert.deepEqual(through.slice(3), ["probe"]);
});

test("after a start one call goes to see, where there is a breaker; an hour later that is past", () => {
  const breaker = { failures: 3, openMs: 1_000 };
  const { gate, through, enter, ticket, begin } = stage({ breaker });
  for (const name of ["a", "b", "c"]) enter("run", name);
  assert.deepEqual([through, gate.standing.breaker], [["a"], "half_open"]);
  begin("a");
  gate.leave(ticket("a"), "answered");
  assert.deepEqual([through, gate.standing.breaker], [["a", "b", "c"], "closed"]);

  const failed = stage({ breaker });
  for (const name of ["a", "b"]) failed.enter("run", name);
  failed.begin("a");
  failed.gate.leave(failed.ticket("a"), "failed");
  assert.deepEqual([failed.through, failed.gate.standing.breaker], [["a"], "open"]);

  assert.equal(stage({ breaker }, startAt - 3_600_000).gate.standing.breaker, "closed");
});

test("what was never sent says nothing of the host", () => {
  const { gate, through, enter, ticket } = stage({ breaker: { failures: 1, openMs: 1_000 } });
  enter("run", "no token for it");
  gate.leave(ticket("no token for it"), "failed");
  enter("run", "next");
  assert.deepEqual(through, ["no token for it", "next"]);
});

test("a gate that closes turns away who waits", () => {
  const { gate, through, enter } = stage({ concurrency: 1 });
  for (const name of ["a", "b"]) enter("run", name);
  gate.close();
  assert.deepEqual(through, ["a", "b turned away"]);
});

test("two thousand calls that wait go through in their order", async () => {
  const { clock, gate, through, enter, ticket } = stage({ rate: { calls: 1, perMs: 1 } });
  const names = Array.from({ length: 2_000 }, (_, index) => `${index}`);
  for (const name of names) enter("run", name);
  for (const name of names) {
    await pass(clock, 1);
    gate.begin(ticket(name));
  }
  assert.deepEqual(through, names);
});

test("a host that failed, and is called no more, is remembered for an hour", async () => {
  const { clock, gate, enter, begin, ticket } = stage({ breaker: { failures: 1, openMs: 3_600_000 } });
  enter("run", "a");
  begin("a");
  gate.leave(ticket("a"), "failed");
  await pass(clock, 3_599_999);
  assert.equal(gate.isIdle, false);
  await pass(clock, 1);
  assert.equal(gate.isIdle, true);
});
