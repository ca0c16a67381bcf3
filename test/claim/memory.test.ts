// What the memory of a live engine holds of a tenant that is not signed in: what a core dump taken then would tell.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { after, before, type TestContext, test } from "node:test";
import { signIn } from "../../src/client/sign-in.ts";
import { readKeyText } from "../../src/handshake/key-text.ts";
import { sealKeyPairOf, wrapKeyOf } from "../../src/handshake/tenant-keys.ts";
import type { TenantId } from "../../src/value/id.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { asHeld } from "../../src/vault/held-key.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { notRun } from "../process/not-run.ts";
import { ended } from "../process/until.ts";
import { fillTenant, type Tenant, unlock, wrappingKey } from "./claim-stage.ts";
import { findInMemory } from "./find-in-memory.ts";
import { encodedForms, formsOf } from "./forms-of.ts";
import { openRecords } from "./open-records.ts";
import { sealedRecords } from "./sealed-records.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-memory-"));
const [dataFolder, keysFolder] = [join(home, "data"), join(home, "keys")];
let server: Server;

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: Interface;
}

async function serve(): Promise<Server> {
  const program = join(import.meta.dirname, "server-process.ts");
  const child = spawn(process.execPath, ["--expose-gc", program], {
    env: { ...process.env, DISPATCHED_HOME: home, DISPATCHED_REGISTRATION: "open" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, "line")) as [string];
  return { child, lines, url: line.replace("ready ", "") };
}

async function stop({ child }: Server): Promise<void> {
  child.kill("SIGTERM");
  await once(child, "close");
}

async function collect({ child, lines }: Server): Promise<void> {
  child.stdin?.write("collect\n");
  await once(lines, "line");
}

before(async () => {
  server = await serve();
});

after(async () => {
  await stop(server);
  rmSync(home, { recursive: true, force: true });
});

/** Everything that it runs has ended, and nothing is granted. */
async function idleTenant(): Promise<Tenant> {
  const tenant = await fillTenant(server.url);
  const { client, runs } = tenant;
  for (const run of [runs.waits, runs.parent, runs.attended]) {
    await client.cancelRun(run, false);
    await ended(client, run);
  }
  for (const { id } of (await client.listGrants()).grants) await client.revokeGrant(id);
  return tenant;
}

const canaries = [
  "a body that nobody reads",
  "the value of NAMED",
  "the value of UNNAMED",
  "the value of GRANTED",
];

type Values = Map<string, readonly Buffer[]>;
const formsOfKey = (bytes: Uint8Array): readonly Buffer[] => [
  Buffer.from(bytes),
  ...encodedForms(Buffer.from(bytes)),
];

/** The keys from which everything else follows, and the data keys of all records. */
function keysOf(tenant: Tenant): Values {
  const owner = { tenant: tenant.device.tenant as TenantId, generation: 1 };
  const key = wrappingKey(tenant);
  const device = readKeyText(nodeSuite, "private", tenant.device.privateKey);
  assert.ok(device.ok);
  const values: Values = new Map([
    ["private key", formsOfKey(device.bytes)],
    ["wrapping key", formsOfKey(key)],
    ["wrap key", formsOfKey(wrapKeyOf(nodeSuite, key, owner))],
    ["private half of the seal key", formsOfKey(sealKeyPairOf(nodeSuite, key, owner).bytes)],
  ]);
  const vault = unlock(new EngineVault(EngineKeys.open({ keysFolder, dataFolder, create: false })), tenant);
  const records = sealedRecords(join(dataFolder, "dispatched.db")).filter(
    ({ keyPlace }) => keyPlace.tenant === owner.tenant,
  );
  for (const { record, key: dataKey } of openRecords(vault, records)) {
    const { table, row, version } = record.keyPlace;
    values.set(`data key of ${table} ${row} ${version}`, formsOfKey(asHeld(dataKey).secret.export()));
  }
  assert.ok(values.size > 30, "there are keys to be found");
  return values;
}

/** Null, and told (a failure where every stage is needed), where the system lets nobody look into another process. */
function find(context: TestContext, values: Values): ReadonlyMap<string, number> | null {
  try {
    return findInMemory(server.child.pid ?? 0, values);
  } catch (error) {
    notRun(context, `search of a process's memory: it cannot be read here (${(error as Error).message})`);
    return null;
  }
}

const textsOf = (texts: readonly string[]): Values => new Map(texts.map((text) => [text, formsOf(text)]));

test("after the last session has ended, and what is not needed was collected, no key of the tenant is left", async (context) => {
  const tenant = await idleTenant();
  const keys = keysOf(tenant);
  const before = find(context, keys);
  if (before === null) return;
  assert.ok(
    before.has("wrapping key") && before.has("wrap key"),
    "while somebody is signed in the search finds them",
  );
  await tenant.client.signOut(true);
  await collect(server);
  const left = find(context, keys) ?? new Map();
  const texts = find(context, textsOf(canaries)) ?? new Map();
  context.diagnostic(
    `of ${keys.size} keys ${before.size} were found while signed in, ${left.size} afterwards`,
  );
  context.diagnostic(`texts that the runtime retains: ${JSON.stringify([...texts])}`);
  assert.deepEqual([...left], []);
});

test("an engine that was restarted, in which nobody has signed in and nothing is active, holds no key and no text of a tenant", async (context) => {
  const tenant = await idleTenant();
  await tenant.client.signOut(true);
  const keys = keysOf(tenant);
  await stop(server);
  server = await serve();
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  const values: Values = new Map([...keys, ...textsOf(canaries)]);
  const found = find(context, values);
  if (found === null) return;
  assert.deepEqual([...found], []);
  const device = { ...tenant.device, url: server.url, origin: server.url };
  const { client } = await signIn(device);
  await client.getRun(tenant.runs.done);
  assert.ok((find(context, values)?.size ?? 0) > 0, "the search sees what a sign-in brings");
});
