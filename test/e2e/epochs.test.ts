// Epochs of the engine's key on the real process: runs go on across them and across kills, and what ended is closed for good.

import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { RunId, TenantId } from "../../src/value/id.ts";
import { readEngineKeyFile } from "../../src/vault/engine-key-file.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { localSession } from "../process/local-session.ts";
import { type EngineUnderTest, startEngine } from "../process/start-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "dispatched-epochs-"));
const [home, backup] = [join(folder, "home"), join(folder, "backup")];
const calls: string[] = [];
const server = createServer((request, response) => {
  calls.push(request.url ?? "");
  request.resume();
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const service = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const engines: EngineUnderTest[] = [];
after(() => {
  for (const { child } of engines) child.kill("SIGKILL");
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(...options: readonly string[]): Promise<EngineUnderTest> {
  const engine = await startEngine(home, options);
  engines.push(engine);
  return engine;
}

/** Waits and calls in turn, for about eight seconds. */
const steady = JSON.stringify({
  name: "steady",
  version: 1,
  triggers: [{ type: "http" }],
  steps: Object.fromEntries(
    [1, 2, 3, 4].flatMap((number) => [
      [`wait${number}`, { sleep: "2s", ...(number > 1 ? { after: [`call${number - 1}`] } : {}) }],
      [
        `call${number}`,
        { after: [`wait${number}`], request: { method: "POST", url: `${service}/${number}/{{ run.id }}` } },
      ],
    ]),
  ),
});

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = Date.now(); !(await holds()); ) {
    if (Date.now() - began > 40_000) throw new Error(`never: ${what}`);
    await pause(50);
  }
}

const oldest = () => readEngineKeyFile(join(home, "keys")).epoch;

/** By the engine alone: what the store in `data` says of the run, opened with the key file in `keys`. */
async function open(data: string, keys: string, tenant: TenantId, run: RunId): Promise<void> {
  const [dataFolder, keysFolder] = [join(folder, "look", "data"), join(folder, "look", "keys")];
  cpSync(data, dataFolder, { recursive: true });
  cpSync(keys, keysFolder, { recursive: true });
  chmodSync(keysFolder, 0o700);
  const store = await SqliteStore.open(dataFolder);
  try {
    const row = await store.readRun(tenant, run);
    assert.ok(row !== null, "the run is there");
    const vault = new EngineVault(EngineKeys.open({ keysFolder, dataFolder, create: false }));
    vault.unwrapKey({ tenant, table: "run", column: "key", row: run, version: 0 }, row);
  } finally {
    await store.close();
    rmSync(join(folder, "look"), { recursive: true });
  }
}

/** Nobody signs in any more: a session would hold its epoch for an hour. */
async function endSessions(tenant: TenantId): Promise<void> {
  const store = await SqliteStore.open(join(home, "data"));
  await store.accounts.endSessions(tenant, null);
  await store.close();
}

test("runs go on over epochs and kills, and a backup of before opens with the key file of before only", async () => {
  const first = await start();
  await first.client.putWorkflow("steady", steady, "json");
  const runs: RunId[] = [];
  for (let index = 0; index < 5; index++) {
    runs.push((await first.client.startRun("steady", { body: null })).run as RunId);
  }
  const { tenant } = localSession(home).entry;
  first.child.kill("SIGKILL");
  await first.ended;
  cpSync(home, backup, { recursive: true });
  await endSessions(tenant);
  assert.equal(oldest(), 0);

  const isDone = () => runs.every((run) => calls.includes(`/4/${run}`));
  for (const wanted of [1, 2]) {
    const engine = await start("--epoch", "1000", "--alone");
    await until(`epoch ${wanted}`, () => oldest() >= wanted);
    engine.child.kill("SIGKILL");
    await engine.ended;
  }
  assert.equal(isDone(), false, "the runs were active over two epochs");
  const last = await start("--epoch", "1000", "--alone");
  await until("all runs end", isDone);
  const ended = oldest();
  await until("another epoch", () => oldest() > ended + 1);
  last.child.kill("SIGTERM");
  await last.ended;
  for (const run of runs) {
    for (const number of [1, 2, 3, 4]) assert.ok(calls.includes(`/${number}/${run}`), `${run} ${number}`);
  }

  const [run] = runs as [RunId];
  const [data, keys] = [join(home, "data"), join(home, "keys")];
  const [oldData, oldKeys] = [join(backup, "data"), join(backup, "keys")];
  await open(oldData, oldKeys, tenant, run);
  await assert.rejects(open(oldData, keys, tenant, run), { code: "locked" });
  await assert.rejects(open(data, keys, tenant, run), { code: "locked" });
  await assert.rejects(open(data, oldKeys, tenant, run), { code: "locked" });
});
