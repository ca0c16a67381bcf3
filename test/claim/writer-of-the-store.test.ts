// Who writes to the store: what they make or alter is refused, and what they put back is told by what the claim says.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite, { type Database } from "better-sqlite3";
import type { Client } from "../../src/client/client.ts";
import { ClientError } from "../../src/client/client-error.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { generateApiKey, replaceApiKey } from "../../src/client/tenants.ts";
import { continuityOf } from "../../src/handshake/audit-continuity.ts";
import { writeToken } from "../../src/handshake/token-text.ts";
import type { Place } from "../../src/ports/vault.ts";
import { bytesOfBase64Url } from "../../src/value/base64-url.ts";
import type { TenantId } from "../../src/value/id.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { ended } from "../process/until.ts";
import { ClaimStage, type Tenant } from "./claim-stage.ts";

const stage = new ClaimStage();
let ann: Tenant;
let store: Database;

before(() => stage.start());

/** Signed out, with an item in the inbox. */
beforeEach(async () => {
  ann = await stage.tenant();
  await ann.client.signOut(true);
  await stage.knock(ann);
  store = new Sqlite(stage.database);
});

afterEach(() => store.close());
after(() => stage.end());

const tenantOf = () => ann.device.tenant as TenantId;
const write = (sql: string, ...values: readonly unknown[]) => {
  assert.ok(store.prepare(sql).run(...values).changes > 0, `nothing was changed: ${sql}`);
};
const rowOf = (sql: string) =>
  store.prepare(sql).get(ann.device.tenant) as Readonly<Record<string, Uint8Array>>;

async function codeOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return "nothing was refused";
  } catch (error) {
    assert.ok(error instanceof ClientError, String(error));
    return error.code;
  }
}

async function start(
  headers: Readonly<Record<string, string>>,
  path: string,
): Promise<Readonly<Record<string, string>>> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: "1" };
  return (await (await fetch(stage.url + path, init)).json()) as Readonly<Record<string, string>>;
}

const withKey = () => ({ "dispatched-key": ann.device.apiKey });

/** The key to which things are sealed for a tenant is public: it stands in the store. */
function forgersVault(): EngineVault {
  const secrets = { epoch: 0, chain: randomBytes(32), integrity: randomBytes(32) };
  const vault = new EngineVault(new EngineKeys(secrets, () => {}));
  const { seal_key } = rowOf("SELECT seal_key FROM account WHERE tenant = ?");
  assert.ok(seal_key !== undefined);
  vault.admit(tenantOf(), { generation: 1, sealKey: seal_key, check: null });
  return vault;
}

function forge(table: Place["table"], row: string, version: number, content: unknown) {
  const vault = forgersVault();
  const place: Place = { tenant: tenantOf(), table, column: "key", row, version };
  const { key, kept } = vault.createKey(place);
  const sealed = vault.seal(key, { ...place, column: "sealed" }, Buffer.from(JSON.stringify(content)));
  return { key: kept.key, sealed };
}

test("a workflow and a secret of the writer's own, sealed to the tenant's public key, are refused", async () => {
  const { name = new Uint8Array(0) } = rowOf("SELECT name FROM definition WHERE tenant = ? LIMIT 1");
  const row = Buffer.from(name).toString("hex");
  const text = "name: done\nversion: 9\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n";
  const workflow = forge("definition", row, 9, { name: "done", description: null, format: "yaml", text });
  write(
    "INSERT INTO definition (tenant, name, version, content, key, sealed, created_at) VALUES (?, ?, 9, ?, ?, ?, 1)",
    ...[tenantOf(), name, randomBytes(16), workflow.key, workflow.sealed],
  );
  const { client } = await signIn(stage.at(ann.device));
  assert.equal(await codeOf(client.listWorkflows()), "sealed_data_damaged");
  const { name: secretName = new Uint8Array(0), version } = rowOf(
    "SELECT name, version FROM secret WHERE tenant = ? LIMIT 1",
  );
  const secret = forge("secret", Buffer.from(secretName).toString("hex"), Number(version), {
    name: "NAMED",
    value: "mine",
  });
  write(
    "UPDATE secret SET key = ?, sealed = ?, live = NULL WHERE tenant = ? AND name = ?",
    secret.key,
    secret.sealed,
    tenantOf(),
    secretName,
  );
  assert.equal(await codeOf(client.listSecrets()), "sealed_data_damaged");
});

test("an item of the writer's own, and one that is sent elsewhere, are rejected and hold up none behind them", async () => {
  const id = "itm_00000000000000000000000000";
  const trigger = {
    type: "http",
    method: "POST",
    headers: {},
    query: {},
    body: "forged",
    rawBody: '"forged"',
  };
  const body = { type: "start", version: null, trigger, key: null };
  const { workflow } = rowOf("SELECT workflow FROM inbox WHERE tenant = ?");
  const aim = [null, Buffer.from(workflow ?? []).toString("hex"), null, null];
  const item = forge("inbox", id, 0, { body, aim });
  write(
    "INSERT INTO inbox (tenant, id, kind, workflow, received_at, expires_at, key, sealed) VALUES (?, ?, 'start', ?, ?, ?, ?, ?)",
    ...[tenantOf(), id, workflow, Date.now(), Date.now() + 1e6, item.key, item.sealed],
  );
  const { workflow: other } = rowOf(
    "SELECT h.workflow FROM head AS h JOIN tenant AS t ON t.no = h.tenant WHERE t.id = ? AND attended = 1",
  );
  write("UPDATE inbox SET workflow = ? WHERE tenant = ? AND id <> ?", other, tenantOf(), id);
  await stage.knock(ann);
  const { client } = await signIn(stage.at(ann.device));
  while ((await client.listInbox({ state: "waiting" })).items.length > 0) await pause(20);
  assert.deepEqual((await client.listInbox({})).items.map(({ state, reason }) => [state, reason]).sort(), [
    ["rejected", "sealed_data_damaged"],
    ["rejected", "sealed_data_damaged"],
    ["started", null],
  ]);
});

test("an address of the writer's own, and a hook for another workflow, are unknown", async () => {
  const token = writeToken("hook", randomBytes(32));
  const hash = createHash("sha256").update(token).digest();
  const { token: own } = rowOf("SELECT token FROM hook WHERE tenant = ?");
  write("UPDATE hook SET token = ? WHERE tenant = ?", hash, tenantOf());
  assert.equal((await start({}, `/hooks/${token}`))["code"], "hook_unknown");
  write("UPDATE hook SET token = ?, workflow = ? WHERE tenant = ?", own, randomBytes(16), tenantOf());
  assert.equal((await start({}, ann.hook))["code"], "hook_unknown");
});

test("a hook that was revoked counts again when its older row is put back", async () => {
  const { client } = await signIn(stage.at(ann.device));
  const [hook] = (await client.listHooks()).hooks;
  await client.revokeHook(hook?.id ?? "");
  await client.signOut(true);
  assert.equal((await start({}, ann.hook))["code"], "hook_unknown");
  write("UPDATE hook SET revoked_at = NULL WHERE tenant = ?", tenantOf());
  assert.match((await start({}, ann.hook))["item"] ?? "", /^itm_/);
});

test("a grant that is moved to another workflow lets nothing start", async () => {
  assert.match((await start(withKey(), "/workflows/granted"))["run"] ?? "", /^run_/);
  const { workflow: granted } = rowOf("SELECT workflow FROM standing_grant WHERE tenant = ?");
  const { workflow: waits } = rowOf(
    `SELECT h.workflow FROM head AS h JOIN tenant AS t ON t.no = h.tenant
     WHERE t.id = ? AND h.live IS NOT NULL AND h.workflow NOT IN (SELECT workflow FROM standing_grant)`,
  );
  write("UPDATE standing_grant SET workflow = ? WHERE tenant = ?", waits, tenantOf());
  for (const name of ["waits", "parent", "granted"]) {
    const answer = await start(withKey(), `/workflows/${name}`);
    assert.match(answer["item"] ?? "", /^itm_/, `${name}: ${JSON.stringify(answer)}`);
  }
  write("UPDATE standing_grant SET workflow = ?, live = NULL WHERE tenant = ?", granted, tenantOf());
  assert.match(
    (await start(withKey(), "/workflows/granted"))["item"] ?? "",
    /^itm_/,
    "without the engine's wrap",
  );
});

test("a session and a public key of the writer's own open nothing, and neither does a flipped byte", async () => {
  const { client, session } = await signIn(stage.at(ann.device));
  const token = writeToken("session", randomBytes(32));
  const hash = createHash("sha256").update(token).digest();
  write(
    `INSERT INTO session SELECT ?, tenant, generation, created_at, expires_at, sealed, epoch, parent, used FROM session WHERE tenant = ? LIMIT 1`,
    ...[hash, tenantOf()],
  );
  const ask = async (credential: string) =>
    (await fetch(`${stage.url}/api/runs`, { headers: { "dispatched-session": credential } })).status;
  assert.equal(await ask(token), 401);
  assert.equal(await ask(await session.token()), 200);
  await client.signOut(true);
  const { public_key, code } = rowOf("SELECT public_key, code FROM account WHERE tenant = ?");
  write("UPDATE account SET public_key = ? WHERE tenant = ?", randomBytes(32), tenantOf());
  assert.equal(await codeOf(signIn(stage.at(ann.device))), "sealed_data_damaged");
  assert.ok(stage.log.some((line) => line.includes("tenant.altered")));
  write(
    "UPDATE account SET public_key = ?, code = ? WHERE tenant = ?",
    public_key,
    randomBytes(32),
    tenantOf(),
  );
  assert.equal(await codeOf(signIn(stage.at(ann.device))), "sealed_data_damaged");
  write("UPDATE account SET code = ? WHERE tenant = ?", code, tenantOf());
  assert.equal(await codeOf(signIn(stage.at(ann.device))), "nothing was refused");
});

/** What the device is told of its log, given the head that it has seen. */
async function continuity(client: Client, known: { readonly seq: number; readonly mac: Uint8Array }) {
  const { head, at, fault } = await client.verifyAudit(known.seq);
  const bytes = (one: typeof head) => ({ seq: one.seq, mac: bytesOfBase64Url(one.mac) ?? new Uint8Array(0) });
  return {
    fault: fault?.what ?? null,
    continuity: continuityOf(known, bytes(head), at === null ? null : bytes(at)),
  };
}

test("an audit log that is altered is told by the log, one that is cut or put back by the head that the device has seen", async () => {
  const { client } = await signIn(stage.at(ann.device));
  const sql = "SELECT * FROM audit WHERE tenant = ? ORDER BY seq";
  const rows = store.prepare(sql).all(tenantOf()) as readonly { seq: number; mac: Buffer; body: Buffer }[];
  const [first, second, third] = rows;
  const last = rows.at(-1);
  assert.ok(first !== undefined && second !== undefined && third !== undefined && last !== undefined);
  const known = { seq: last.seq, mac: new Uint8Array(last.mac) };
  assert.deepEqual(await continuity(client, known), { fault: null, continuity: "same" });
  const update = "UPDATE audit SET body = ? WHERE tenant = ? AND seq = ?";
  const altered = Buffer.from(second.body.toString().replace(/"at":"2/, '"at":"1'));
  write(update, altered, tenantOf(), second.seq);
  assert.equal((await continuity(client, known)).fault, "altered");
  write(update, second.body, tenantOf(), second.seq);
  const { key, sealed } = rowOf(
    "SELECT key, sealed FROM audit WHERE tenant = ? AND sealed IS NOT NULL ORDER BY seq",
  );
  write("UPDATE audit SET key = NULL, sealed = NULL WHERE tenant = ? AND key = ?", tenantOf(), key);
  assert.equal((await continuity(client, known)).fault, "texts_altered");
  write(
    "UPDATE audit SET key = ?, sealed = ? WHERE tenant = ? AND key IS NULL AND seq = (SELECT min(seq) FROM audit WHERE tenant = ? AND key IS NULL AND json_extract(CAST(body AS TEXT), '$.texts') IS NOT NULL)",
    key,
    sealed,
    tenantOf(),
    tenantOf(),
  );
  assert.deepEqual(await continuity(client, known), { fault: null, continuity: "same" });
  write("DELETE FROM audit WHERE tenant = ? AND seq = ?", tenantOf(), third.seq);
  assert.equal((await continuity(client, known)).fault, "missing");
  write("DELETE FROM audit WHERE tenant = ? AND seq > ?", tenantOf(), second.seq);
  assert.deepEqual(await continuity(client, known), { fault: null, continuity: "cut" });
});

test("older rows that are put back in their own places count again: nothing in them tells it", async () => {
  const { client } = await signIn(stage.at(ann.device));
  await client.putSecret("NAMED", "the first");
  const named =
    "SELECT * FROM secret WHERE tenant = ? AND name = (SELECT name FROM secret ORDER BY updated_at DESC LIMIT 1)";
  const older = rowOf(named);
  await client.putSecret("NAMED", "the second");
  write(
    "UPDATE secret SET version = ?, key = ?, sealed = ?, live = NULL WHERE tenant = ? AND name = ?",
    ...[older["version"], older["key"], older["sealed"], tenantOf(), older["name"]],
  );
  const listed = (await client.listSecrets()).secrets.find(({ name }) => name === "NAMED");
  assert.equal(listed?.version, Number(older["version"]));
  const columns = "SELECT public_key, seal_key, check_code, api_key, code FROM account WHERE tenant = ?";
  const account = rowOf(columns);
  await replaceApiKey(stage.at(ann.device), generateApiKey());
  assert.equal((await start(withKey(), "/workflows/done"))["code"], "unauthenticated");
  write(
    "UPDATE account SET api_key = ?, code = ? WHERE tenant = ?",
    account["api_key"],
    account["code"],
    tenantOf(),
  );
  assert.match(
    (await start(withKey(), "/workflows/done"))["item"] ?? "",
    /^itm_/,
    "a replaced API key is back",
  );
  const { client: back } = await signIn(stage.at(ann.device));
  const { entries } = await back.listAudit();
  assert.ok(
    entries.some(({ action }) => action === "api_key.replaced"),
    "the audit log says what had been done",
  );
});

test("what stands in the clear can be written: a run that has ended goes no further by it", async () => {
  const { client } = await signIn(stage.at(ann.device));
  const heads =
    "UPDATE head SET status = 0, ended_at = NULL, due_at = 1, poked = 1 WHERE no = (SELECT no FROM run ORDER BY no DESC LIMIT 1)";
  const { run } = await client.startRun("done", { body: "1" });
  await ended(client, run);
  await client.signOut(true);
  write(heads);
  const { client: again } = await signIn(stage.at(ann.device));
  await pause(200);
  const { events } = await again.listEvents(run, 0);
  assert.equal(events.filter(({ type }) => type === "run.completed").length, 1);
});
