// A server is restored from a backup of before a rotation: what its tenant is told, and how the key of then opens it again.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCommand } from "../process/run-command.ts";
import { type ServerUnderTest, startServe } from "../process/start-serve.ts";

const folder = mkdtempSync(join(tmpdir(), "dispatched-restored-"));
const home = join(folder, "home");
const data = join(folder, "server");
const backup = join(folder, "backup");
const earlier = join(folder, "earlier");
let server: ServerUnderTest | null = null;

after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function well(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(home, args);
  assert.equal(code, 0, err);
  return out;
}

/** With the modes that files of keys must have. */
function copy(from: string, to: string): void {
  execFileSync("cp", ["-a", from, to]);
}

test("a backup of before a rotation opens by the key of then, as `key rotate` and the refusal say", async () => {
  server = await startServe(data);
  const { url, port } = server;
  await well("init", "--url", url);
  writeFileSync(join(folder, "value.txt"), "a value of some length");
  await well("secret", "set", "KEPT", "--file", join(folder, "value.txt"));
  await server.stop();
  copy(data, backup);
  server = await startServe(data, { port });
  await well("login");
  copy(home, earlier);
  assert.match(await well("key", "rotate"), /A backup of before opens by the key of then/);
  await server.stop();
  rmSync(data, { recursive: true });
  copy(backup, data);
  server = await startServe(data, { port });

  const refused = await runCommand(home, ["login"]);
  assert.equal(refused.code, 4, refused.err);
  assert.match(refused.err, /restored from a backup of before a rotation/);
  // The copy has seen more of the log than the backup has.
  const asThen = await runCommand(earlier, ["login"]);
  assert.match(asThen.err, /server_rolled_back/);
  const accepted = await runCommand(earlier, ["audit", "verify", "--accept"]);
  assert.equal(accepted.code, 0, accepted.err);
  const secrets = await runCommand(earlier, ["secret", "list"]);
  assert.match(secrets.out, /KEPT/, secrets.err);
});
