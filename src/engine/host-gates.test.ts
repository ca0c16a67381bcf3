// The gates of an engine that stops: what came through and was not sent yet goes back, and its place is free.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../test/engine/hand-clock.ts";
import type { TenantId } from "../value/id.ts";
import { HostGates } from "./host-gates.ts";
import { HostRules } from "./host-rules.ts";
import { Timers } from "./timers.ts";

function rulesOf(clock: HandClock): HostRules {
  const noRecord = async () => ({ found: [], missing: [], former: [] });
  return new HostRules(
    { clock },
    { find: noRecord, change: () => Promise.reject(new Error("nothing changes")) },
  );
}

const definition = { workflow: { name: "shop" } };
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
    const run = { identity: { id: name, tenant, definition }, wake() {} };
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

test("of very many hosts of one rule those that come last share a gate", async () => {
  const clock = new HandClock(0);
  const rule = { host: "*.example", rate: { calls: 1, perMs: 3_600_000 }, concurrency: null, breaker: null };
  const value = JSON.stringify({ edition: 1, rules: [{ ...rule, edition: 1, updatedAt: 0 }] });
  const found = [{ name: "host rules", version: 1, value, allowedHosts: null }];
  const find = async () => ({ found, missing: [], former: [] });
  const rules = new HostRules(
    { clock },
    { find, change: () => Promise.reject(new Error("nothing changes")) },
  );
  const gates = new HostGates([], rules, clock, new Timers(clock));
  const tenant = "t" as TenantId;
  await rules.find(tenant);
  const perform = (url: string) => {
    const run = { identity: { id: "run", tenant, definition }, wake() {} };
    const effect = { request: { url } };
    const host = { maySend: () => true } as Asked[0];
    return gates.perform(host, {} as Asked[1], { run, effect, done() {} } as unknown as Asked[2]);
  };
  for (let index = 0; index < 10_000; index++)
    assert.equal(perform(`https://h${index}.example/`).held?.(), null);
  assert.equal(perform("https://one.example/").held?.(), null);
  assert.deepEqual(perform("https://two.example/").held?.()?.by, "rate");
  assert.deepEqual(perform("https://h0.example/").held?.()?.by, "rate");
  const standing = gates.standing(tenant, 1);
  assert.equal(standing.length, 10_001);
  assert.deepEqual(standing.at(-1)?.called, { host: "*.example", port: 443 });
  gates.close();
});

test("so do those of the operator's rules, of each by itself", async () => {
  const clock = new HandClock(0);
  const bounds = { rate: null, concurrency: 1, breaker: null };
  const rules = rulesOf(clock);
  const wide = { host: "*.example", ...bounds };
  const exact = { host: "two.test", ...bounds };
  const gates = new HostGates([wide, exact], rules, clock, new Timers(clock));
  const tenant = "t" as TenantId;
  await rules.find(tenant);
  const perform = (url: string) => {
    const run = { identity: { id: "run", tenant, definition }, wake() {} };
    const effect = { request: { url } };
    const host = { maySend: () => true } as Asked[0];
    return gates.perform(host, {} as Asked[1], { run, effect, done() {} } as unknown as Asked[2]);
  };
  for (let index = 0; index < 10_000; index++)
    assert.equal(perform(`https://h${index}.example/`).held?.(), null);
  assert.equal(perform("https://one.example/").held?.(), null);
  assert.equal(perform("https://two.example/").held?.()?.by, "concurrency");
  assert.equal(perform("https://h0.example/").held?.()?.by, "concurrency");
  assert.equal(perform("https://two.test/").held?.(), null);
  const [{ hosts } = { hosts: [] }] = gates.met(tenant);
  const two = hosts.find(({ called }) => called.host === "two.example");
  assert.equal(two?.waiting, 1);
  gates.close();
});

test("a tenant is told the operator's rules that its own calls met, and no others", async () => {
  const clock = new HandClock(0);
  const bounds = { rate: null, concurrency: 1, breaker: null };
  const [wide, other] = [
    { host: "*.example", ...bounds },
    { host: "other.test", ...bounds },
  ];
  const rules = rulesOf(clock);
  const gates = new HostGates([wide, other], rules, clock, new Timers(clock));
  const one = "one" as TenantId;
  const two = "two" as TenantId;
  await rules.find(one);
  await rules.find(two);
  const perform = (tenant: TenantId, url: string) => {
    const run = { identity: { id: "run", tenant, definition }, wake() {} };
    const host = { maySend: () => true } as Asked[0];
    const effect = { request: { url } };
    return gates.perform(host, {} as Asked[1], { run, effect, done() {} } as unknown as Asked[2]);
  };
  perform(one, "https://b.example/");
  perform(one, "https://a.example/");
  perform(two, "https://other.test/");
  const told = (tenant: TenantId) =>
    gates.met(tenant).map(({ rule, hosts }) => [rule.host, hosts.map(({ called }) => called.host)]);
  assert.deepEqual(told(one), [["*.example", ["a.example", "b.example"]]]);
  assert.deepEqual(told(two), [["other.test", ["other.test"]]]);
  for (let index = 0; index < 60; index++) perform(two, `https://h${index}.example/`);
  assert.equal(gates.met(two)[0]?.hosts.length, 50, "those that it met longest ago are forgotten");
  gates.close();
});
