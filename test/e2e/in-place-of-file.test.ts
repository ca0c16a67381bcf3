// Variables in the place of the credentials file: what needs keys takes theirs, what changes the file is refused, and no command
// acts on another tenant than the one that was named.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TenantEntry } from "../../src/app/credentials.ts";
import { localSession } from "../process/local-session.ts";
import { type Done, runCommand, runCommands } from "../process/run-command.ts";
import { type SecondTenant, secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

type Env = Readonly<Record<string, string>>;

const home = mkdtempSync(join(tmpdir(), "dispatched-in-place-"));
const empty = join(home, "empty");
let engine: EngineUnderTest;
/** Of the file, and of the variables. */
let filed: TenantEntry;
let other: SecondTenant;
let deviceEnv: Env;
let tokenEnv: Env;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
  filed = localSession(home).entry;
  other = await secondTenant(engine.url);
  const { tenant, apiKey, privateKey, serverKeys } = other.device;
  deviceEnv = {
    DISPATCHED_URL: engine.url,
    DISPATCHED_TENANT: tenant,
    DISPATCHED_API_KEY: apiKey,
    DISPATCHED_PRIVATE_KEY: privateKey,
    DISPATCHED_SERVER_KEY: serverKeys.join(","),
  };
  tokenEnv = { DISPATCHED_URL: engine.url, DISPATCHED_TOKEN: other.token };
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

/** The file but for sessions, which `dev` opens as it needs them. */
function keysOfFile(): unknown {
  const { current, tenants } = JSON.parse(readFileSync(join(home, "credentials.json"), "utf8"));
  return [current, tenants.map(({ session: _, audit_head: __, ...keys }: TenantEntry) => keys)];
}

async function refused(args: readonly string[], env: Env, what: RegExp): Promise<void> {
  const { code, out, err } = await runCommand(home, args, { env, input: "a value of some length" });
  assert.deepEqual([code, out], [2, ""], err);
  assert.match(err, what);
}

test("with a device in variables, what takes the private key needs no file", async () => {
  const file = join(home, "keyed.yaml");
  writeFileSync(file, "name: keyed\nversion: 1\ntriggers: [{type: http}]\nsteps: {one: {value: 1}}");
  const lines = [
    ["workflow", "put", file],
    ["grant", "create", "keyed", "--json"],
    ["audit", "export"],
    ["key", "backup", "--json"],
  ];
  const done = await runCommands(empty, lines, deviceEnv);
  assert.deepEqual(
    done.map(({ code }) => code),
    [0, 0, 0, 0],
    done.map(({ err }) => err).join(""),
  );
  const { grant } = JSON.parse(done[1]?.out ?? "") as { readonly grant: string };
  assert.equal((await other.client.getGrant(grant)).workflow, "keyed");
  assert.match(done[2]?.out ?? "", /grant\.made/);
  assert.equal(JSON.parse(done[3]?.out ?? "").tenant, other.device.tenant);
});

const changing = (tenant: string) => [
  ["key", "rotate"],
  ["tenant", "new-api-key"],
  ["tenant", "delete", "--yes", tenant],
  ["login"],
  ["login", "--recover"],
];
const keyed = [
  ["grant", "create", "keyed"],
  ["audit", "export"],
  ["key", "backup"],
];

test("what changes the file is refused while variables stand in its place, and says which", async () => {
  const before = keysOfFile();
  const lines = changing(filed.tenant);
  const all = (done: readonly Done[], name: string) => {
    for (const [index, { code, out, err }] of done.entries()) {
      assert.deepEqual([code, out], [2, ""], `${lines[index]}: ${err}`);
      assert.match(err, new RegExp(`${name} stands? in (its|the) place`));
    }
  };
  all(await runCommands(home, lines, tokenEnv), "DISPATCHED_TOKEN");
  all(await runCommands(home, lines, deviceEnv), "DISPATCHED_PRIVATE_KEY");
  all(await runCommands(home, keyed, tokenEnv), "DISPATCHED_TOKEN");
  assert.deepEqual(keysOfFile(), before);
  assert.equal((await engine.client.showRotation()).generation, 1);
  assert.equal((await other.client.showSession()).tenant, other.device.tenant, "its session lasts");
});

test("one session for many commands: token prints it, logout ends it, and one that has ended is not printed", async () => {
  const count = async () => (await other.client.listSessions()).sessions.length;
  const before = await count();
  const token = await runCommand(empty, ["token"], { env: deviceEnv });
  assert.match(token.out, /^dst_sess_/, token.err);
  const env = { DISPATCHED_URL: engine.url, DISPATCHED_TOKEN: token.out.trim() };
  const lines = [["token"], ["workflow", "list"], ["workflow", "list"], ["workflow", "list"]];
  const [same, ...lists] = await runCommands(empty, lines, env);
  assert.equal(same?.out, token.out);
  assert.deepEqual(
    lists.map(({ code }) => code),
    [0, 0, 0],
  );
  assert.equal(await count(), before + 1);
  const alone = await runCommand(empty, ["logout"], { env: deviceEnv });
  assert.match(alone.err, /DISPATCHED_PRIVATE_KEY stands in its place/);
  const out = await runCommand(home, ["logout"], { env });
  assert.deepEqual([out.code, out.out], [0, `signed out of ${other.device.tenant}\n`], out.err);
  assert.equal(await count(), before);
  assert.equal((await engine.client.showSession()).tenant, filed.tenant, "that of the file lasts");
  for (const { code, out: printed, err } of await runCommands(home, [["token"], ["logout"]], env)) {
    assert.deepEqual([code, printed], [4, ""]);
    assert.match(err, /the session of DISPATCHED_TOKEN has ended, .*: set another, or unset it/);
  }
});

test("--tenant is never passed over: variables of another tenant, or of who knows whom, refuse it", async () => {
  const set = ["secret", "set", "PLACE", "--file", "-"];
  await refused([...set, "--tenant", filed.tenant], tokenEnv, /--tenant .* DISPATCHED_TOKEN/);
  await refused([...set, "--tenant", filed.tenant], deviceEnv, /--tenant .* DISPATCHED_PRIVATE_KEY/);
  await refused([...set, "--tenant", ""], {}, /--tenant names no tenant/);
  const names = async () => (await other.client.listSecrets()).secrets.map(({ name }) => name);
  assert.deepEqual(await names(), []);
  const own = { DISPATCHED_URL: engine.url, DISPATCHED_TOKEN: localSession(home).token };
  const same = [
    [["status", "--tenant", filed.tenant], own],
    [["status", "--tenant", other.device.tenant], deviceEnv],
  ] as const;
  for (const [args, env] of same) {
    const { code, out, err } = await runCommand(home, args, { env });
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`tenant +${args[2]}`));
  }
});

test("an address alone never leaves the command to the file's server", async () => {
  const elsewhere = { DISPATCHED_URL: "http://127.0.0.1:9" };
  const what =
    /DISPATCHED_URL is http:\/\/127\.0\.0\.1:9, and the credentials file has .* unset DISPATCHED_URL/s;
  for (const line of [["workflow", "list"], ["logout"], ["login"], ["audit", "export"], ["key", "rotate"]])
    await refused(line, elsewhere, what);
  await refused(["status"], { ...elsewhere, DISPATCHED_TENANT: filed.tenant }, what);
  // The file's own address fits, and one that the command line gives is meant.
  const same = await runCommand(home, ["status"], { env: { DISPATCHED_URL: `${engine.url}/` } });
  assert.equal(same.code, 0, same.err);
  const moved = await runCommand(home, ["login", "--url", engine.url], { env: elsewhere });
  assert.equal(moved.code, 0, moved.err);
});

test("completion names what is the device's or nothing, and never what is the file's", async () => {
  await engine.client.putSecret("OF_THE_FILE", "a value of some length");
  const words = ["completion", "bash", "--", "secret", "delete", "OF"];
  let named = "";
  // It gives up on a server that is slow, as one may be here.
  for (let tries = 0; tries < 100 && named === ""; tries++)
    named = (await runCommand(home, words)).out.trim();
  assert.equal(named, "OF_THE_FILE");
  const { code, out } = await runCommand(home, words, { env: deviceEnv });
  assert.deepEqual([code, out.trim()], [0, ""]);
});

test("variables that are empty stand in the place of nothing", async () => {
  const names = [...Object.keys(deviceEnv), "DISPATCHED_TOKEN", "DISPATCHED_ORIGIN", "DISPATCHED_DATA"];
  const env = Object.fromEntries(names.map((name) => [name, ""]));
  const { code, out, err } = await runCommand(home, ["status"], { env });
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`tenant +${filed.tenant}`));
});
