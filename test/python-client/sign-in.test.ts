// A client that shares no code with ours signs in to the real server.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Client } from "../../src/client/client.ts";
import { localSession } from "../process/local-session.ts";
import { runCommand } from "../process/run-command.ts";
import { startDev } from "../process/start-engine.ts";
import { needPython } from "./need-python.ts";

const program = join(import.meta.dirname, "../../examples/python-client/sign_in.py");

const python = needPython();
let home: string;
let engine: Awaited<ReturnType<typeof startDev>>;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "dispatched-python-"));
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

/** The token that the program prints. */
async function signIn(key: string, more: readonly string[] = []): Promise<string> {
  const { entry } = localSession(home);
  const keyFile = join(home, "key.txt");
  writeFileSync(keyFile, key);
  const args = ["--url", entry.url, "--tenant", entry.tenant, "--key-file", keyFile, ...more];
  const env = { ...process.env, DISPATCHED_API_KEY: entry.api_key };
  const pin = ["--pin", entry.server_keys[0] ?? ""];
  const { stdout } = await promisify(execFile)(python, [program, ...args, ...pin], { env });
  return /dst_sess_[\w-]{43}/.exec(stdout)?.[0] ?? "";
}

test("the client in Python opens a session, also by a key that took the place of another", async () => {
  assert.equal((await runCommand(home, ["key", "rotate"])).code, 0);
  const { entry } = localSession(home);
  const token = await signIn(entry.private_key);
  assert.equal((await new Client(engine.url, token).showSession()).tenant, entry.tenant);
});

test("the client in Python puts a new key in the place of a lost one by the recovery sheet", async () => {
  const { entry } = localSession(home);
  const sheet = /drec1_[\w-]{48}/.exec((await runCommand(home, ["key", "backup"])).out)?.[0] ?? "";
  const newFile = join(home, "new-key.txt");
  const token = await signIn(sheet, ["--recover", newFile]);
  assert.equal((await new Client(engine.url, token).showSession()).tenant, entry.tenant);
  const again = await signIn(readFileSync(newFile, "utf8"));
  assert.equal((await new Client(engine.url, again).showSession()).tenant, entry.tenant);
  await assert.rejects(signIn(entry.private_key), /handshake_refused/, "the lost key");
});
