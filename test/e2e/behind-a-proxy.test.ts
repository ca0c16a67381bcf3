// Behind a proxy: who calls is told by its header when the proxy is trusted, and by the connection otherwise.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { generateKeyPair } from "../../src/client/device.ts";
import { runCommand } from "../process/run-command.ts";
import { type ServerUnderTest, startServe } from "../process/start-serve.ts";

const root = mkdtempSync(join(tmpdir(), "dispatched-proxy-"));
const servers: ServerUnderTest[] = [];
after(async () => {
  for (const server of servers) await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const invite = "an invitation that nobody guesses";
const inviting = { DISPATCHED_REGISTRATION: "invite", DISPATCHED_INVITE: invite };

/** A registration with a wrong invitation, as a proxy hands it on. */
async function guess({ url }: ServerUnderTest, from: string): Promise<number> {
  const public_key = generateKeyPair().publicKey;
  const answer = await fetch(`${url}/api/tenants`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": from },
    body: JSON.stringify({ public_key, invite: "wrong" }),
  });
  return answer.status;
}

test("a trusted proxy tells callers apart, for the limits", async () => {
  const env = { ...inviting, DISPATCHED_TRUSTED_PROXIES: "127.0.0.0/8" };
  const server = await startServe(join(root, "trusting"), { env });
  servers.push(server);
  for (let count = 0; count < 30; count++) assert.equal(await guess(server, "203.0.113.7"), 403);
  assert.equal(await guess(server, "203.0.113.7"), 429);
  assert.equal(await guess(server, "198.51.100.9, 203.0.113.7"), 429, "what he wrote himself does not count");
  assert.equal(await guess(server, "203.0.113.8"), 403);
});

test("without a trusted proxy all that guess are one; who has the invitation is let in", async () => {
  const server = await startServe(join(root, "plain"), { env: inviting });
  servers.push(server);
  for (let count = 0; count < 30; count++) assert.equal(await guess(server, `203.0.113.${count}`), 403);
  assert.equal(await guess(server, "198.51.100.1"), 429);
  const home = join(root, "device");
  const made = await runCommand(home, ["init", "--url", server.url, "--invite", invite]);
  assert.equal(made.code, 0, made.err);
  assert.match((await runCommand(home, ["audit", "list", "--json"])).out, /"address":"127\.0\.0\.1"/);
});
