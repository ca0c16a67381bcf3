// Tenants from the command line: made, signed in and out, side by side, and a server that is not the pinned one.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { changeTenant, readCredentials, type TenantEntry } from "../../src/app/credentials.ts";
import { Client } from "../../src/client/client.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { writeKeyText } from "../../src/handshake/key-text.ts";
import { nobleSuite } from "../../src/handshake/noble-suite.ts";
import { standInBetween } from "../process/in-between.ts";
import { localSession } from "../process/local-session.ts";
import { startDev } from "../process/start-engine.ts";

const executable = join(import.meta.dirname, "../../bin/dispatched");
const root = mkdtempSync(join(tmpdir(), "dispatched-accounts-"));
const invite = "nobody guesses this";
/** Where the server keeps its things, and a device of its own. */
const [serverHome, home] = [join(root, "server"), join(root, "device")];
let server: Server;

before(async () => {
  server = await serve();
});

after(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

interface Server {
  readonly url: string;
  readonly key: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

function serve(port = "0"): Promise<Server> {
  const registration = { DISPATCHED_REGISTRATION: "invite", DISPATCHED_INVITE: invite };
  const child: ChildProcess = spawn(executable, ["serve", "--port", port], {
    env: { ...process.env, DISPATCHED_HOME: serverHome, ...registration },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return ended;
  };
  let text = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk;
      const found = /^server key (dsrv1_\S+)\n(?:server key \S+\n)?ready (http\S+)/m.exec(text);
      if (found !== null) resolve({ url: found[2] ?? "", key: found[1] ?? "", stop });
    });
    void ended.then(() => reject(new Error(`it ended before it was ready\n${text}`)));
  });
}

interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function dispatched(args: readonly string[], env: Record<string, string> = {}): Promise<Done> {
  const child = spawn(executable, args, { env: { ...process.env, DISPATCHED_HOME: home, ...env } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  child.stdin.end();
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

async function well(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, out, err } = await dispatched(args, env);
  assert.equal(code, 0, `${args.join(" ")}\n${err}`);
  return out;
}

function entryOf(tenant: string): TenantEntry {
  const entry = readCredentials(home).tenants.find((one) => one.tenant === tenant);
  assert.ok(entry !== undefined);
  return entry;
}

/** A tenant of its own for each test. */
async function init(): Promise<TenantEntry> {
  const told = await well(["init", "--url", server.url, "--invite", invite, "--json"]);
  return entryOf((JSON.parse(told) as { tenant: string }).tenant);
}

const document = "name: good\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {wait: {signal: go}}}\n";

test("a key is made without any server, and never over another one", async () => {
  const file = join(root, "tenant.key");
  const out = await well(["key", "generate", "--out", file, "--json"], { DISPATCHED_HOME: "/nowhere" });
  assert.match(JSON.parse(out).public_key, /^dpub1_[\w-]{48}$/);
  assert.match(readFileSync(file, "utf8"), /^dprv1_[\w-]{48}\n$/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = await dispatched(["key", "generate", "--out", file]);
  assert.deepEqual([again.code, again.out], [2, ""]);
});

test("registration wants the invitation", async () => {
  for (const more of [[], ["--invite", "something else"]]) {
    const { code, err } = await dispatched(["init", "--url", server.url, ...more]);
    assert.equal(code, 4);
    assert.match(err, /registration_closed\n {2}next {2}.*ask the operator/);
    assert.match(err, more.length === 0 ? /--invite TEXT gives it/ : /that was given is another/);
  }
});

test("init registers and signs in; commands sign in by themselves when the session has ended", async () => {
  const { tenant, server_keys, session } = await init();
  assert.deepEqual(server_keys, [server.key]);
  assert.equal((await well(["token"])).trim(), session?.token);
  assert.match(
    await well(["status"]),
    new RegExp(`ready {2}${server.url}\ntenant {3}${tenant}\nsession {2}until `),
  );
  await well(["logout"]);
  assert.equal(entryOf(tenant).session, null);
  const gone = new Client(server.url, session?.token ?? "");
  await assert.rejects(gone.showSession(), { code: "unauthenticated" });
  assert.match(await well(["status"]), new RegExp(`tenant {3}${tenant}\nsession {2}none; .*\nserver `));
  assert.equal(entryOf(tenant).session, null, "who looks does not sign in");
  const astray = await dispatched(["--tenant", tenant, "status"]);
  assert.match(astray.err, /`dispatched status --tenant …`/);
  const file = join(root, "good.yaml");
  writeFileSync(file, document);
  assert.equal(await well(["workflow", "put", file]), "good v1\n");
  assert.notEqual(entryOf(tenant).session, null);
  // What is revoked elsewhere is opened anew as well.
  await new Client(server.url, entryOf(tenant).session?.token ?? "").signOut();
  assert.match(await well(["workflow", "list"]), /good/);
  const ended = entryOf(tenant).session?.token ?? "";
  await new Client(server.url, ended).signOut();
  const printed = (await well(["token"])).trim();
  assert.notEqual(printed, ended);
  await new Client(server.url, printed).showSession();
});

test("tenants stand side by side and see nothing of each other", async () => {
  const [one, two] = [await init(), await init()];
  const file = join(root, "side.yaml");
  writeFileSync(file, document.replace("good", "side"));
  await well(["workflow", "put", file, "--tenant", one.tenant]);
  assert.match(await well(["workflow", "list"], { DISPATCHED_TENANT: one.tenant }), /side/);
  assert.doesNotMatch(await well(["workflow", "list"]), /side/, `${two.tenant} is current`);
  assert.match(await well(["tenant", "list"]), new RegExp(`\\* ${two.tenant}`));
  await well(["login", "--tenant", one.tenant]);
  assert.match(await well(["workflow", "list"]), /side/, "who logs in is current");
  const unknown = await dispatched(["workflow", "list", "--tenant", "ten_none"]);
  assert.deepEqual([unknown.code, unknown.out], [4, ""]);
});

test("variables take the place of the file, and another device takes the keys from files", async () => {
  const entry = await init();
  const variables = {
    DISPATCHED_HOME: join(root, "empty"),
    DISPATCHED_URL: entry.url,
    DISPATCHED_TENANT: entry.tenant,
    DISPATCHED_API_KEY: entry.api_key,
    DISPATCHED_PRIVATE_KEY: entry.private_key,
    DISPATCHED_SERVER_KEY: server.key,
  };
  assert.match(await well(["token"], variables), /^dst_sess_/);
  const { DISPATCHED_API_KEY: _, ...without } = variables;
  const { code, err } = await dispatched(["token"], { ...without, DISPATCHED_API_KEY: "" });
  assert.equal(code, 4);
  assert.match(err, /DISPATCHED_API_KEY is not set/);
  const [keyFile, apiKeyFile] = [join(root, "private"), join(root, "api")];
  writeFileSync(keyFile, `${entry.private_key}\n`);
  writeFileSync(apiKeyFile, `${entry.api_key}\n`);
  const files = ["--private-key-file", keyFile, "--api-key-file", apiKeyFile, "--server-key", server.key];
  const elsewhere = { DISPATCHED_HOME: join(root, "elsewhere") };
  await well(["login", "--url", server.url, "--tenant", entry.tenant, ...files], elsewhere);
  assert.match(await well(["token"], elsewhere), /^dst_sess_/);
  const [known] = readCredentials(elsewhere.DISPATCHED_HOME).tenants;
  assert.ok((known?.audit_head?.seq ?? 0) > 0, "from its first sign-in on it knows a store that went back");
});

test("login with key files keeps what this machine knows besides of the tenant", async () => {
  const { tenant, private_key, api_key, audit_head } = await init();
  changeTenant(home, tenant, { data: "/where/its/data/are" });
  const [keyFile, apiKeyFile] = [join(root, "same-private"), join(root, "same-api")];
  writeFileSync(keyFile, private_key);
  writeFileSync(apiKeyFile, api_key);
  const files = ["--private-key-file", keyFile, "--api-key-file", apiKeyFile, "--server-key", server.key];
  await well(["login", "--url", server.url, "--tenant", tenant, ...files]);
  const after = entryOf(tenant);
  assert.equal(after.data, "/where/its/data/are");
  assert.ok((after.audit_head?.seq ?? 0) > (audit_head?.seq ?? 0));
});

test("an API key whose answer was lost is taken by login, and options that would not be used are refused", async (t) => {
  const { tenant, url } = await init();
  const isConfirmed = (line: string) => line === "POST /api/session/confirm";
  const between = await standInBetween(url, (line) => (isConfirmed(line) ? "lose" : "pass"));
  t.after(() => between.stop());
  changeTenant(home, tenant, { url: between.url });
  const lost = await dispatched(["tenant", "new-api-key", "--json"]);
  assert.equal(lost.code, 8, lost.err);
  assert.match(lost.err, /if the new key counts already, `dispatched login --api-key-file FILE`/);
  changeTenant(home, tenant, { url });
  const before = entryOf(tenant);
  assert.equal((await dispatched(["login"])).code, 4);
  const apiKeyFile = join(root, "new-api");
  writeFileSync(apiKeyFile, `${before.api_key.slice(0, -1)}${before.api_key.endsWith("A") ? "B" : "A"}`);
  assert.equal((await dispatched(["login", "--api-key-file", apiKeyFile])).code, 4);
  assert.deepEqual(entryOf(tenant), before);
  const { api_key } = JSON.parse(lost.out) as { readonly api_key: string };
  writeFileSync(apiKeyFile, `${api_key}\n`);
  await well(["login", "--api-key-file", apiKeyFile]);
  assert.equal(entryOf(tenant).api_key, api_key);
  await well(["workflow", "list"]);
  for (const options of [
    ["--recovery-key-file", apiKeyFile],
    ["--recover", "--private-key-file", apiKeyFile],
  ]) {
    assert.equal((await dispatched(["login", ...options])).code, 2);
  }
});

test("a server with another key than the pinned one is refused, and told", async () => {
  const { tenant } = await init();
  const other = writeKeyText(
    nobleSuite,
    "server",
    nobleSuite.privateKey(new Uint8Array(32).fill(5)).publicKey,
  );
  changeTenant(home, entryOf(tenant).tenant, { server_keys: [other], session: null });
  const { code, err } = await dispatched(["workflow", "list"]);
  assert.equal(code, 4);
  assert.match(err, /server_not_trusted/);
  assert.ok(err.includes(server.key), "it says which key the server shows");
  await well(["login", "--server-key", server.key]);
  await well(["workflow", "list"]);
});

test("while a server changes its key both are taken", async () => {
  const { tenant } = await init();
  const keys = join(serverHome, "keys");
  const port = new URL(server.url).port;
  const before = server.key;
  await server.stop();
  renameSync(join(keys, "server.key"), join(keys, "server-old.key"));
  server = await serve(port);
  assert.notEqual(server.key, before);
  await well(["logout"]);
  await well(["workflow", "list"], { DISPATCHED_TENANT: tenant });
  await well(["login", "--server-key", server.key, "--server-key", before]);
  await server.stop();
  rmSync(join(keys, "server-old.key"));
  server = await serve(port);
  await well(["logout"]);
  await well(["login"]);
});

test("a session comes through a restart, also one by kill -9", async () => {
  const { session } = await init();
  const port = new URL(server.url).port;
  await server.stop("SIGKILL");
  server = await serve(port);
  const client = new Client(server.url, session?.token ?? "");
  assert.deepEqual((await client.listWorkflows()).workflows, []);
});

test("a new API key ends the one before and every session", async () => {
  const { tenant, api_key, session } = await init();
  const out = await well(["tenant", "new-api-key", "--json"]);
  assert.notEqual(entryOf(tenant).api_key, api_key);
  assert.equal(JSON.parse(out).api_key, entryOf(tenant).api_key);
  await assert.rejects(new Client(server.url, session?.token ?? "").showSession(), {
    code: "unauthenticated",
  });
  assert.match(await well(["workflow", "list"]), /workflow/, "it signs in with the new one");
});

test("a tenant that is deleted is gone with its runs, those under way too; others go on", async () => {
  const other = await init();
  const { tenant, api_key, private_key, server_keys } = await init();
  const device = {
    url: server.url,
    tenant,
    apiKey: api_key,
    privateKey: private_key,
    serverKeys: server_keys,
  };
  const { client } = await signIn(device);
  await client.putWorkflow("good", document, "yaml");
  const { run } = await client.startRun("good", { body: null });
  await client.getRun(run);
  const { code } = await dispatched(["tenant", "delete", "--yes", other.tenant]);
  assert.equal(code, 2, "another id is not agreement");
  await well(["tenant", "delete", "--yes", tenant]);
  await assert.rejects(client.getRun(run), { code: "handshake_refused" });
  assert.ok(!readCredentials(home).tenants.some((one) => one.tenant === tenant));
  const none = await dispatched(["workflow", "list"]);
  assert.equal(none.code, 4);
  assert.match(
    none.err,
    /^error of the tenants in .* none is current: .*\n {2}next {2}`dispatched login --tenant ten_/,
  );
  const near = await dispatched(["workflow", "list", "--tenant", `${other.tenant}x`]);
  assert.match(near.err, new RegExp(`did you mean \`${other.tenant}\`\\? .*dispatched tenant list`));
  await well(["workflow", "list", "--tenant", other.tenant]);
});

test("a store that went back is noticed at the next sign-in", async () => {
  const { tenant } = await init();
  const { seq } = entryOf(tenant).audit_head ?? { seq: 0 };
  assert.ok(seq >= 2, "registration and sign-in are entries");
  const audit_head = { seq: seq + 5, mac: "A".repeat(43) };
  changeTenant(home, entryOf(tenant).tenant, { audit_head, session: null });
  const { code, err } = await dispatched(["workflow", "list"]);
  assert.equal(code, 4);
  assert.match(err, /server_rolled_back/);
});

test("refusals from one address are limited, and the answer says how long", async () => {
  const limitedHome = join(root, "limited");
  const engine = await startDev(limitedHome);
  const ask = () =>
    fetch(`${engine.url}/api/session`, {
      method: "POST",
      headers: { "dispatched-key": `dsk_live_${"A".repeat(43)}`, "content-type": "application/json" },
      body: '{"purpose": "session", "offers": []}',
    });
  for (let tries = 0; tries < 20; tries++) assert.equal((await ask()).status, 401);
  const limited = await ask();
  assert.equal(limited.status, 429);
  assert.match(limited.headers.get("retry-after") ?? "", /^[123]$/);
  await engine.client.showSession();
  engine.child.kill("SIGTERM");
  await engine.ended;
});

test("dev keeps its tenant signed in, and says so of data of an earlier version", async () => {
  const devHome = join(root, "dev");
  const engine = await startDev(devHome, { DISPATCHED_SESSION: "3s" });
  const first = localSession(devHome).token;
  await engine.client.showSession();
  // Its session ends, or is ended: the agent opens another.
  for (let tries = 0; localSession(devHome).token === first && tries < 100; tries++) await pause(100);
  const second = localSession(devHome).token;
  assert.notEqual(second, first, "before its end");
  await new Client(engine.url, second).signOut(true);
  for (let tries = 0; localSession(devHome).token === second && tries < 100; tries++) await pause(100);
  await new Client(engine.url, localSession(devHome).token).showSession();
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(join(devHome, "data"), { recursive: true });
  const { tenant } = localSession(devHome).entry;
  const again = await startDev(devHome);
  const made = readCredentials(devHome).current;
  assert.notEqual(made, tenant, "new data have a new tenant");
  assert.equal(readCredentials(devHome).tenants.length, 2, "the keys of the one before are kept");
  again.child.kill("SIGTERM");
  await again.ended;
  assert.match(again.output(), new RegExp(`^current tenant is now ${made} \\(was ${tenant}\\)`, "m"));
  writeFileSync(
    join(devHome, "credentials.json"),
    JSON.stringify({ tenant: "ten_1", token: "dst_local_a", url: "" }),
  );
  const { code, err } = await dispatched(["dev", "--port", "0"], { DISPATCHED_HOME: devHome });
  assert.equal(code, 1);
  assert.match(err, /made by an earlier version/);
  assert.match(err, /begin anew/);
});
