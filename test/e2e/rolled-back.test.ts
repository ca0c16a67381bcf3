// A store that was put back to an earlier state, as the tenant's device sees it: once noticed, noticed until somebody looked.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readCredentials } from "../../src/app/credentials.ts";
import { deviceOf } from "../../src/app/device-of.ts";
import { Session } from "../../src/client/session.ts";
import { type Done, runCommand, startCommand } from "../process/run-command.ts";
import { type ServerUnderTest, startServe } from "../process/start-serve.ts";

const root = mkdtempSync(join(tmpdir(), "dispatched-rolled-back-"));
const [serverHome, home] = [join(root, "server"), join(root, "device")];
const files = join(serverHome, "data");
let server: ServerUnderTest;
after(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

async function well(...args: readonly string[]): Promise<Done> {
  const done = await runCommand(home, args);
  assert.equal(done.code, 0, done.err);
  return done;
}

function entry() {
  const [one] = readCredentials(home).tenants;
  assert.ok(one !== undefined);
  return one;
}

async function restart(change: () => void): Promise<void> {
  const { port } = server;
  await server.stop();
  change();
  server = await startServe(serverHome, { port });
}

function putBack(name: string): void {
  rmSync(files, { recursive: true });
  cpSync(join(root, name), files, { recursive: true });
}

const setSecret = (value: string) =>
  runCommand(home, ["secret", "set", "KEY", "--file", "-"], { input: value });

test("a store that went back is refused however often one signs in, until its log is taken", async () => {
  server = await startServe(serverHome);
  await well("init", "--url", server.url);
  await setSecret("the first value of it");
  await restart(() => cpSync(files, join(root, "copy"), { recursive: true }));
  await setSecret("the second value of it");
  await well("logout");
  await well("login");
  const seen = entry().audit_head;
  const session = new Session(deviceOf(entry()));
  await session.token();
  await well("logout");
  await restart(() => {
    cpSync(files, join(root, "good"), { recursive: true });
    putBack("copy");
  });

  // By its refused sign-ins alone the log is soon as long as the one that was.
  for (let tries = 0; tries < 8; tries++) {
    await assert.rejects(session.renew(await session.token()), { code: "server_rolled_back" });
  }
  for (let tries = 0; tries < 2; tries++) {
    const { code, err } = await runCommand(home, ["login"]);
    assert.equal(code, 4, err);
    assert.match(err, /server_rolled_back/);
  }
  assert.deepEqual(entry().audit_head, seen);
  assert.equal(entry().session, null);
  const agent = startCommand(home, ["agent"], {});
  let told = "";
  await new Promise<void>((resolve) =>
    agent.child.stderr.on("data", (chunk: Buffer) => {
      told += chunk;
      if (told.includes("sign_in_failed")) resolve();
    }),
  );
  agent.child.kill("SIGTERM");
  await agent.done;
  assert.match(told, /server_rolled_back/);
  const looked = await runCommand(home, ["audit", "verify"]);
  assert.equal(looked.code, 4, looked.out);
  assert.match(looked.err, /entry \d+, or one before it, is another|it has \d+ entries, and had/);
  assert.deepEqual(entry().audit_head, seen);

  // When what was there is back, looking is enough.
  await restart(() => putBack("good"));
  assert.match((await runCommand(home, ["login"])).err, /server_rolled_back/);
  await well("audit", "verify");
  await well("logout");
  await well("login");

  await restart(() => putBack("copy"));
  await well("logout");
  assert.equal((await runCommand(home, ["login"])).code, 4);
  await well("audit", "verify", "--accept");
  await well("logout");
  await well("login");
});

test("a backup of before a rotation is taken by the old key", async () => {
  const old = join(root, "old-key");
  writeFileSync(old, entry().private_key);
  await restart(() => cpSync(files, join(root, "before-rotation"), { recursive: true }));
  await well("login");
  await well("key", "rotate");
  const newer = entry();
  await restart(() => putBack("before-rotation"));
  assert.notEqual((await runCommand(home, ["login"])).code, 0);
  const refused = await runCommand(home, ["login", "--private-key-file", old]);
  assert.equal(refused.code, 4, refused.err);
  assert.match(refused.err, /audit verify --accept --private-key-file .*old-key/);
  const alone = await runCommand(home, ["audit", "verify", "--private-key-file", old]);
  assert.equal(alone.code, 2, alone.err);
  assert.equal(entry().private_key, newer.private_key);

  const accepted = await well("audit", "verify", "--accept", "--private-key-file", old);
  const change =
    /accepted: it has (\d+) entries, and had (\d+)|accepted: entry \d+, or one before it, is another/;
  assert.match(accepted.out, change);
  assert.equal(entry().private_key, readFileSync(old, "utf8"));
  await well("secret", "list");
  await well("logout");
  await well("login");
  await well("audit", "verify");
});
