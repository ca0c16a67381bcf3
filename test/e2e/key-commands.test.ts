// The commands on keys: rotation, also one whose answer was lost; the recovery sheet on another machine; the agent.

import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { changeTenant, readCredentials, type TenantEntry } from "../../src/app/credentials.ts";
import { deviceOf } from "../../src/app/device-of.ts";
import { recoveryPair } from "../../src/client/device.ts";
import { nextPrivateKey, rotateKey } from "../../src/client/rotate-key.ts";
import { signIn } from "../../src/client/sign-in.ts";
import { runCommand } from "../process/run-command.ts";

const dispatched = join(import.meta.dirname, "../../bin/dispatched");
const folder = mkdtempSync(join(tmpdir(), "dispatched-keys-"));
const [home, elsewhere] = [join(folder, "home"), join(folder, "elsewhere")];
let server: ChildProcess;
let url = "";

/** The server of these tests, and its address. */
async function serve(port: string): Promise<void> {
  server = spawn(dispatched, ["serve", "--port", port], {
    env: { ...process.env, DISPATCHED_HOME: join(folder, "server"), DISPATCHED_REGISTRATION: "open" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  url = await said(server, /^ready (\S+)/m);
}

/** What the process says that fits. */
function said(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk;
      const found = pattern.exec(text);
      if (found !== null) resolve(found[1] ?? "");
    });
    child.once("close", () => reject(new Error(`the process ended: ${text}`)));
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.kill(signal);
  return ended;
}

async function run(machine: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, DISPATCHED_HOME: machine };
  return (await promisify(execFile)(dispatched, [...args], { env })).stdout;
}

async function json(machine: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await run(machine, ...args, "--json")) as Record<string, unknown>;
}

function entryAt(machine: string): TenantEntry {
  const [entry] = readCredentials(machine).tenants;
  assert.ok(entry);
  return entry;
}

async function over(machine: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { rotation } = await json(machine, "key", "rotation");
    if ((rotation as { readonly ended_at?: unknown } | null)?.ended_at != null) return;
  }
  assert.fail("the rotation does not end");
}

before(async () => {
  await serve("0");
  await run(home, "init", "--url", url);
  await promisify(execFile)(dispatched, ["secret", "set", "KEY", "--file", secretFile()], {
    env: { ...process.env, DISPATCHED_HOME: home },
  });
});

after(async () => {
  await stop(server, "SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

function secretFile(): string {
  const file = join(folder, "secret.txt");
  writeFileSync(file, "a value of some length");
  return file;
}

test("a key is rotated, and this machine goes on with the new one", async () => {
  const old = entryAt(home);
  assert.match(await run(home, "key", "rotation"), /^generation 1\nthe key was never rotated\n$/);
  assert.equal((await json(home, "key", "rotate", "--deep"))["generation"], 2);
  const now = entryAt(home);
  assert.notEqual(now.private_key, old.private_key);
  assert.deepEqual([now.generation, now.next_private_key], [2, undefined]);
  assert.match(await run(home, "secret", "list"), /^KEY/m);
  await over(home);
  assert.match(await run(home, "key", "rotation"), /^generation 2\nrotation {3}deep, begun .*\nover {7}/);
  await assert.rejects(() => signIn(deviceOf(old)), { code: "handshake_refused" });
});

test("after a rotation the keys alone sign in: by variables, and from files on another machine", async () => {
  const { tenant, api_key, private_key, server_keys } = entryAt(home);
  const env = {
    ...{ DISPATCHED_URL: url, DISPATCHED_TENANT: tenant, DISPATCHED_SERVER_KEY: server_keys.join(",") },
    ...{ DISPATCHED_API_KEY: api_key, DISPATCHED_PRIVATE_KEY: private_key },
  };
  const third = join(folder, "third");
  const listed = await runCommand(third, ["secret", "list"], { env });
  assert.match(listed.out, /^KEY/m, listed.err);
  const [keyFile, apiKeyFile] = [join(folder, "key.txt"), join(folder, "api-key.txt")];
  writeFileSync(keyFile, private_key);
  writeFileSync(apiKeyFile, api_key);
  const where = ["--url", url, "--server-key", server_keys[0] ?? "", "--tenant", tenant];
  await run(third, "login", ...where, "--private-key-file", keyFile, "--api-key-file", apiKeyFile);
  assert.equal(entryAt(third).generation, entryAt(home).generation);
  assert.match(await run(third, "secret", "list"), /^KEY/m);
});

test("a rotation whose answer was lost is found out about, whether it took place or not", async () => {
  const entry = entryAt(home);
  // It was not begun: the key that was kept for it is used by the next try.
  const kept = nextPrivateKey();
  changeTenant(home, entry.tenant, { next_private_key: kept, session: null });
  await run(home, "login");
  assert.equal(entryAt(home).generation, entry.generation);
  assert.equal((await json(home, "key", "rotate"))["generation"], entry.generation + 1);
  assert.equal(entryAt(home).private_key, kept);
  await over(home);
  // It was begun, and nothing came back.
  const lost = nextPrivateKey();
  const before = entryAt(home);
  changeTenant(home, entry.tenant, { next_private_key: lost });
  await rotateKey(deviceOf(before), { privateKey: lost });
  assert.match(await run(home, "secret", "list"), /^KEY/m);
  const now = entryAt(home);
  assert.deepEqual(
    [now.private_key, now.generation, now.next_private_key],
    [lost, before.generation + 1, undefined],
  );
  await over(home);
  // The same, and somebody signs in by hand.
  const again = nextPrivateKey();
  changeTenant(home, entry.tenant, { next_private_key: again });
  await rotateKey(deviceOf(now), { privateKey: again });
  await run(home, "login");
  const { private_key, generation, next_private_key } = entryAt(home);
  assert.deepEqual([private_key, generation, next_private_key], [again, now.generation + 1, undefined]);
  await over(home);
});

test("a sheet that is refused takes nothing out of the file", async () => {
  const { tenant, api_key, server_keys } = entryAt(home);
  const kept = nextPrivateKey();
  changeTenant(home, tenant, { next_private_key: kept });
  const before = entryAt(home);
  const [apiKeyFile, sheetFile] = [join(folder, "own-api-key"), join(folder, "another-sheet")];
  writeFileSync(apiKeyFile, api_key);
  writeFileSync(sheetFile, recoveryPair().recoveryKey);
  const files = ["--api-key-file", apiKeyFile, "--recovery-key-file", sheetFile];
  const where = ["--url", url, "--server-key", server_keys[0] ?? "", "--tenant", tenant];
  await assert.rejects(
    () => run(home, "login", "--recover", ...files, ...where),
    /refused|server_not_trusted/,
  );
  assert.deepEqual(entryAt(home), before);
  changeTenant(home, tenant, { next_private_key: undefined });
});

test("the recovery sheet has all that another machine needs", async () => {
  const sheet = await run(home, "key", "backup");
  const of = (name: string) => new RegExp(`^${name} +(\\S+)$`, "m").exec(sheet)?.[1] ?? "";
  const files = ["recovery key", "API key"].map((name, index) => {
    const file = join(folder, `sheet-${index}`);
    writeFileSync(file, `${of(name)}\n`);
    return file;
  });
  const where = ["--url", of("server"), "--server-key", of("server key"), "--tenant", of("tenant")];
  const login = [
    "login",
    "--recover",
    "--recovery-key-file",
    files[0] ?? "",
    "--api-key-file",
    files[1] ?? "",
  ];
  const mistyped = join(folder, "mistyped");
  writeFileSync(
    mistyped,
    of("recovery key").replace(/.$/, (last) => (last === "A" ? "B" : "A")),
  );
  await assert.rejects(
    () => run(elsewhere, "login", "--recover", "--recovery-key-file", mistyped, ...login.slice(4), ...where),
    /mistyped or cut/,
  );
  const before = entryAt(home);
  await run(elsewhere, ...login, ...where);
  assert.match(await run(elsewhere, "secret", "list"), /^KEY/m);
  assert.equal(entryAt(elsewhere).generation, before.generation + 1);
  await assert.rejects(() => run(home, "login"), /handshake_refused|refused/);
  await over(elsewhere);
  // A machine that knows the tenant needs the sheet only, and where the server is now.
  changeTenant(elsewhere, entryAt(elsewhere).tenant, { url: "http://127.0.0.1:1" });
  await run(elsewhere, "login", "--recover", "--recovery-key-file", files[0] ?? "", "--url", of("server"));
  assert.equal(entryAt(elsewhere).url, of("server"));
  assert.equal(entryAt(elsewhere).generation, before.generation + 2);
  await over(elsewhere);
});

test("the agent keeps the tenant open, also over a restart of the server, and ends when it is told to", async () => {
  const agent = spawn(dispatched, ["agent"], {
    env: { ...process.env, DISPATCHED_HOME: elsewhere },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  agent.stderr.on("data", (chunk: Buffer) => {
    log += chunk;
  });
  assert.equal(await said(agent, /^open (\S+) at/m), entryAt(elsewhere).tenant);
  const logged = (event: string) =>
    new Promise<void>((resolve) => {
      const look = () => (log.includes(event) ? resolve() : void agent.stderr.once("data", look));
      look();
    });
  const { port } = new URL(url);
  await stop(server, "SIGKILL");
  await logged("agent.sign_in_failed");
  await serve(port);
  await logged("agent.open_again");
  assert.equal(await stop(agent, "SIGTERM"), 0);
  assert.match(log, /agent\.stopped/);
});
