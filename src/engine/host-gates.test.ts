// The gates of an engine that stops: what came through and was not sent yet goes back, and its place is free.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../test/engine/hand-clock.ts";
import type { TenantId } from "../value/id.ts";
import { HostGates } from "./host-gates.ts";
import { HostRules } from "./host-rules.ts";
import { Timers } from "./timers.ts";

function rulesOf(clock: HandClock): HostRules {
  const noRecord = async () => ({ found: [], missing: [] });
  return new HostRules(
    { clock },
    { find: noRecord, change: () => Promise.reject(new Error("nothing changes")) },
  );
}

type Asked = Parameters<HostGates["perform"]>;

test("a call that came through while its run was busy goes back, unsent, when nothing may be sent any more", async () => {
  const clock = new HandClock(0);
  const rule = { host: "a.example", rate: null, concurrency: 1, breaker: null };
  const rules = rulesOf(clock);
  const gates = new HostGates([rule], rules, clock, new Timers(clock));
  const tenant = "t" as TenantId;
  await rules.find(tenant);
  const host = { maySend: () => false } as Asked[0];
  const told: string[] = [];
  const perform = (name: string) => {
    const run = { identity: { id: name, tenant }, wake() {} };
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
