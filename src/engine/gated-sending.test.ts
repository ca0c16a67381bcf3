// The way of requests through gates: those on behalf of several calls take one turn a tenant, and a place that was given up is taken again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../test/engine/hand-clock.ts";
import type { TenantId } from "../value/id.ts";
import { GatedSending, type Gates } from "./gated-sending.ts";
import { HostGate } from "./host-gate.ts";
import { Timers } from "./timers.ts";

function stage() {
  const clock = new HandClock(0);
  const rule = { host: "login.example", rate: null, concurrency: 1, breaker: null };
  const gate = new HostGate(rule, { now: () => clock.now(), timers: new Timers(clock) }, null);
  const gates: Gates = {
    before: () => [gate],
    lastBefore: () => [gate],
    readRules: () => Promise.resolve(),
    waits: () => {},
    maySend: () => true,
    now: () => clock.now(),
  };
  const sendingOf = (tenant: string) =>
    new GatedSending(
      gates,
      { tenant: tenant as TenantId, run: `run of ${tenant}` },
      "https://login.example/",
    );
  return { gate, sendingOf };
}

test("requests beside the calls of one tenant do not keep those of another waiting", async () => {
  const { sendingOf } = stage();
  const told: string[] = [];
  const ask = async (tenant: string) => {
    const beside = sendingOf(tenant).beside();
    if (!(await beside.again("https://login.example/"))) return;
    told.push(tenant);
    beside.begin();
    beside.end({ type: "response", status: 200, headers: {}, body: new Uint8Array() });
  };
  await Promise.all(["many", "many", "many", "many", "one"].map(ask));
  assert.deepEqual(told, ["many", "many", "one", "many", "many"]);
});

test("what stepped aside and was let through again has its place, and need not come once more", () => {
  const { gate, sendingOf } = stage();
  const sending = sendingOf("one");
  let through = 0;
  const enter = () =>
    sending.enter(
      () => through++,
      () => {},
    );
  enter();
  sending.stepAside();
  assert.deepEqual([sending.isAside, gate.heldBy], [true, null]);
  enter();
  assert.deepEqual([sending.isAside, gate.heldBy, through], [false, "concurrency", 2]);
  sending.abort();
  assert.equal(gate.heldBy, null);
});
