// Over HTTP and on the command line: a tenant's rules for hosts are put, listed with how the hosts stand, changed, removed, and are nobody else's.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { until } from "../process/until.ts";
import { root } from "../tidy/source-files.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-hosts-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function cli(...args: readonly string[]) {
  const env = { ...process.env, DISPATCHED_HOME: home };
  return spawnSync(join(root, "bin/dispatched"), args, { encoding: "utf8", env });
}

test("a rule is put, read with its tag, changed only as it was read, and removed", async () => {
  const { client, token } = await secondTenant(engine.url);
  const ask = (method: string, body: string | null, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${engine.url}/api/hosts/*.example.com%3A8443`, {
      method,
      body,
      headers: { "dispatched-session": token, "content-type": "application/json", ...headers },
    });
  const put = await ask("PUT", '{"rate": "10/1s", "breaker": "5/30s"}', { "if-none-match": "*" });
  const rule = (await put.json()) as Readonly<Record<string, unknown>>;
  assert.equal(put.status, 201);
  assert.equal(put.headers.get("etag"), rule["etag"]);
  assert.deepEqual(
    [rule["host"], rule["rate"], rule["concurrency"], rule["breaker"], rule["called"]],
    ["*.example.com:8443", "10/1s", null, "5/30s", []],
  );
  const etag = String(rule["etag"]);
  assert.equal((await ask("GET", null, { "if-none-match": etag })).status, 304);
  assert.equal((await ask("PUT", '{"concurrency": 2}', { "if-match": etag })).status, 200);
  assert.equal((await ask("PUT", '{"concurrency": 3}', { "if-match": etag })).status, 412);
  assert.equal((await ask("DELETE", null, { "if-match": etag })).status, 412);
  assert.equal((await ask("PUT", '{"concurrency": "3"}')).status, 422);
  const other = await secondTenant(engine.url);
  assert.deepEqual((await other.client.listHostRules()).hosts, []);
  await assert.rejects(other.client.deleteHostRule("*.example.com:8443"), { code: "host_rule_not_found" });
  assert.equal((await client.hostRule("*.example.com:8443")).concurrency, 2);
  assert.equal((await ask("DELETE", null)).status, 204);
  assert.equal((await ask("GET", null)).status, 404);
});

test("the command line says the same, and tells of a host that was called", async () => {
  const host = new URL(engine.url).host;
  const one = cli("host", "set", host, "--rate", "10/1m", "--concurrency", "2", "--json");
  assert.equal(one.status, 0, one.stderr);
  const made = JSON.parse(one.stdout) as Readonly<Record<string, unknown>>;
  assert.deepEqual([made["host"], made["rate"], made["concurrency"]], [host, "10/1m", 2]);
  const text = `name: calls\nversion: 1\ntriggers: [{type: http}]\nsteps: {call: {request: {method: GET, url: "${engine.url}/healthz"}}}`;
  await engine.client.putWorkflow("calls", text, "yaml");
  const { run } = await engine.client.startRun("calls", { body: "{}" });
  await engine.client.getRun(run, 20);
  const [rule] = (await engine.client.listHostRules()).hosts;
  assert.equal(rule?.called[0]?.host, host);
  assert.equal(rule?.called[0]?.rate_left, 9);
  const listed = cli("host", "list");
  assert.match(listed.stdout, /host +rate +concurrency +breaker +workflows +now\n\S+ +10\/1m +2 +- +all +-/);
  assert.equal(cli("host", "set", host, "--rate", "10").status, 1);
  assert.equal(cli("host", "delete", host).status, 0);
  assert.deepEqual((await engine.client.listHostRules()).hosts, []);
});

test("a rule names the workflows that may call; what it refused to undo is undone when it is changed", async () => {
  const { client } = engine;
  const host = new URL(engine.url).host;
  const at = (path: string) => `request: {method: GET, url: "${engine.url}${path}"}`;
  const undo = `compensate: {request: {method: GET, url: "${engine.url.replace("127.0.0.1", "localhost")}/healthz"}}`;
  const steps = `{done: {${at("/healthz")}, ${undo}}, wrong: {after: [done], ${at("/nothing-here")}}}`;
  await client.putWorkflow(
    "undoes",
    `name: undoes\nversion: 1\ntriggers: [{type: http}]\nsteps: ${steps}`,
    "yaml",
  );
  const called = host.replace("127.0.0.1", "localhost");
  const one = cli("host", "set", called, "--workflow", "pay", "--workflow", "refund-*", "--json");
  assert.equal(one.status, 0, one.stderr);
  assert.deepEqual((JSON.parse(one.stdout) as { workflows: unknown }).workflows, ["pay", "refund-*"]);
  assert.match(cli("host", "list").stdout, / - +- +- +pay refund-\* +-/);
  const { run } = await client.startRun("undoes", { body: "{}" });
  const ended = await client.getRun(run, 20);
  assert.deepEqual([ended.status, ended.compensation], ["failed", "partial"]);
  assert.match(JSON.stringify(ended), /workflow_host_not_allowed/);
  assert.match(
    JSON.stringify(ended),
    /the workflow undoes may not call localhost:\d+: the rule for localhost:/,
  );
  const explained = cli("explain", run).stdout;
  assert.match(explained, /could not be undone: done \(workflow_host_not_allowed\)/);
  assert.match(explained, /next +dispatched runs compensate/);
  assert.equal(cli("host", "set", called, "--workflow", "Undoes").status, 1);
  const silent = cli("host", "set", called, "--concurrency", "4");
  assert.match(
    silent.stderr,
    /what is put now does not\b[\s\S]*--workflow 'pay' --workflow 'refund-\*', or --workflow '\*' for all/,
  );
  const all = cli("host", "set", called, "--concurrency", "4", "--workflow", "*", "--json");
  assert.deepEqual((JSON.parse(all.stdout) as { workflows: unknown }).workflows, ["*"], all.stderr);
  assert.equal(
    cli("host", "set", called, "--concurrency", "5").status,
    0,
    "what lets all call is not missed",
  );
  const again = cli("runs", "compensate", run);
  assert.equal(again.status, 0, again.stderr);
  await until(client, run, ({ compensation }) => compensation === "complete");
});
