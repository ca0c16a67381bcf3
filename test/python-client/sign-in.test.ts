// A client that shares no code with ours signs in to the real server.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "../../src/client/client.ts";
import { localSession } from "../process/local-session.ts";
import { runCommand } from "../process/run-command.ts";
import { startDev } from "../process/start-engine.ts";
import { needPython } from "./need-python.ts";

const program = join(import.meta.dirname, "../../examples/python-client/sign_in.py");

test("the client in Python opens a session, also by a key that took the place of another", async (t) => {
  const python = needPython();
  const home = mkdtempSync(join(tmpdir(), "dispatched-python-"));
  const engine = await startDev(home);
  t.after(async () => {
    engine.child.kill("SIGTERM");
    await engine.ended;
    rmSync(home, { recursive: true, force: true });
  });
  assert.equal((await runCommand(home, ["key", "rotate"])).code, 0);
  const { entry } = localSession(home);
  const keyFile = join(home, "key.txt");
  writeFileSync(keyFile, entry.private_key);
  const args = ["--url", entry.url, "--tenant", entry.tenant, "--key-file", keyFile];
  const run = (pin: string) =>
    new Promise<string>((resolve) => {
      const env = { ...process.env, DISPATCHED_API_KEY: entry.api_key };
      execFile(python, [program, ...args, "--pin", pin], { env }, (_, stdout) => resolve(stdout));
    });
  const out = await run(entry.server_keys[0] ?? "");
  const token = /dst_sess_[\w-]{43}/.exec(out)?.[0] ?? "";
  assert.equal((await new Client(engine.url, token).showSession()).tenant, entry.tenant);
});
