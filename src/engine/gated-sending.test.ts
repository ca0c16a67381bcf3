// The way of requests through gates: those on behalf of several calls take one turn a tenant, and a place that was given up is taken again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../test/engine/hand-clock.ts";
import type { TenantId } from "../value/id.ts";
import { GatedSending, type Gates } from "./gated-sending.ts";
import { HostGate } from "./host-gate.ts";
import { Timers } from "./timers.ts";

const url = "https://login.example/";

function stage() {
  const clock = new HandClock(0);
  const node = { drains: false, isLive: true };
  const rule = { host: "login.example", rate: null, concurrency: 1, breaker: null };
  const gate = new HostGate(rule, { now: () => clock.now(), timers: new Timers(clock) }, null);
  const gates: Gates = {
    before: () => [gate],
    lastBefore: () => [gate],
    refusal: () => null,
    readRules: () => Promise.resolve(),
    waits: () => {},
    maySend: () => !node.drains && node.isLive,
    mayGoOn: () => node.isLive,
    now: () => clock.now(),
  };
  const sendingOf = (tenant: string) =>
    new GatedSending(gates, { tenant: tenant as TenantId, run: `run of ${tenant}`, workflow: "shop" }, url);
  return { gate, node, sendingOf };
}

test("requests beside the calls of one tenant do not keep those of another waiting", async () => {
  const { sendingOf } = stage();
  const told: string[] = [];
  const ask = async (tenant: string) => {
    const beside = sendingOf(tenant).beside();
    if (!(await beside.again(url))) return;
    told.push(tenant);
    beside.begin(url);
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

/** What became of `asked`, if anything has. */
async function soFar(asked: Promise<boolean>): Promise<boolean | null> {
  await new Promise(setImmediate);
  return Promise.race([asked, Promise.resolve(null)]);
}

const redirected = { type: "response", status: 307, headers: {}, body: new Uint8Array() } as const;

function begun(sending: GatedSending): void {
  sending.enter(
    () => {},
    () => {},
  );
  assert.ok(sending.begin(url));
  sending.end(redirected);
}

test("behind a request that was sent the next one goes while the node stops, and nothing new does", async () => {
  const { node, sendingOf } = stage();
  const sending = sendingOf("one");
  begun(sending);
  node.drains = true;
  assert.equal(await sending.again(null), true);
  sending.begin(url);
  sending.end(redirected);
  assert.equal(await sendingOf("other").again(null), false);
});

test("behind a request that was sent the next one waits for the lease, and is not told as failed", async () => {
  const { node, sendingOf } = stage();
  const sending = sendingOf("one");
  begun(sending);
  node.isLive = false;
  const asked = sending.again("https://login.example/next");
  sending.proceed();
  assert.equal(await soFar(asked), null);
  node.isLive = true;
  sending.proceed();
  assert.equal(await soFar(asked), true);
  node.isLive = false;
  const dropped = sending.again(null);
  assert.equal(await soFar(dropped), null);
  sending.abort();
  assert.equal(await soFar(dropped), false);
});

test("a gate that was closed with the node lets the call under way end there, unheard", async () => {
  const { gate, node, sendingOf } = stage();
  const [sending, other] = [sendingOf("one"), sendingOf("other")];
  begun(sending);
  assert.ok(await other.again(null));
  const asked = sending.again(null);
  assert.equal(sending.held?.by, "concurrency");
  node.drains = true;
  gate.close();
  assert.equal(await soFar(asked), null);
  sending.abort();
  assert.equal(await soFar(asked), false);
});
