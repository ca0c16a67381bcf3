// A recovery sheet on a machine that knows nothing: of a server that calls itself otherwise, and after another API key.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Done, runCommand } from "../process/run-command.ts";
import { type ServerUnderTest, startServe } from "../process/start-serve.ts";

const root = mkdtempSync(join(tmpdir(), "dispatched-sheet-"));
const home = join(root, "device");
let server: ServerUnderTest;
after(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

async function well(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(home, args);
  assert.equal(code, 0, err);
  return out;
}

/** By what the sheet says, but for the options that are named. */
function recover(machine: string, sheet: string, without = ""): Promise<Done> {
  const of = (name: string) => new RegExp(`^${name} +(\\S+)$`, "m").exec(sheet)?.[1] ?? "";
  const fileOf = (name: string) => {
    const file = join(root, name);
    writeFileSync(file, of(name));
    return file;
  };
  const options = [
    ["--url", of("server")],
    ["--origin", of("origin")],
    ["--server-key", of("server key")],
    ["--tenant", of("tenant")],
    ["--api-key-file", fileOf("API key")],
    ["--recovery-key-file", fileOf("recovery key")],
  ].filter(([name]) => name !== without);
  return runCommand(join(root, machine), ["login", "--recover", ...options.flat()]);
}

test("all that a recovery wants is on the sheet, and after another API key on the next sheet", async () => {
  server = await startServe(join(root, "server"), { env: { DISPATCHED_PUBLIC_URL: "http://flows.example" } });
  await well("init", "--url", server.url);
  const old = await well("key", "backup");
  assert.match(
    await well("tenant", "new-api-key"),
    /recovery sheet has the key before: `dispatched key backup`/,
  );
  const late = await recover("one", old);
  assert.match(late.err, /handshake_refused[\s\S]*the API key is the one that counts now/);
  const sheet = await well("key", "backup");
  assert.match(sheet, /^origin +http:\/\/flows\.example$/m);
  const astray = await recover("two", sheet, "--origin");
  assert.match(astray.err, /handshake_refused[\s\S]*--origin is the sheet's `origin`/);
  const { code, out, err } = await recover("two", sheet);
  assert.equal(code, 0, err);
  assert.match(out, /another private key now/);
});
