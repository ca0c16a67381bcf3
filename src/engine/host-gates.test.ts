// The gates of an engine that stops: what came through and was not sent yet goes back, and its place is free.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../test/engine/hand-clock.ts";
import { HostGates } from "./host-gates.ts";
import { Timers } from "./timers.ts";

type Asked = Parameters<HostGates["perform"]>;

test("a call that came through while its run was busy goes back, unsent, when nothing may be sent any more", () => {
  const clock = new HandClock(0);
  const rule = { host: "a.example", rate: null, concurrency: 1, breaker: null };
  const gates = new HostGates([rule], clock, new Timers(clock));
  const host = { maySend: () => false } as Asked[0];
  const told: string[] = [];
  const perform = (name: string) => {
    const run = { identity: { id: name }, wake() {} };
    const effect = { request: { url: "https://a.example/" } };
    const done = (outcome: unknown) => told.push(`${name} ${outcome}`);
    return gates.perform(host, {} as Asked[1], { run, effect, done } as unknown as Asked[2]);
  };
  const [busy, next] = [perform("busy"), perform("next")];
  assert.equal(next.held?.()?.by, "concurrency");
  busy.proceed?.();
  assert.deepEqual(told, ["busy locked"]);
  assert.equal(next.held?.(), null);
});
