// The demo: it takes nothing of whoever looks at it, and leaves nothing behind, however it ends.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readCredentials } from "../../src/app/credentials.ts";
import { DemoEngine } from "../../src/cli/demo/demo-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "dispatched-demo-test-"));
const executable = join(import.meta.dirname, "../../bin/dispatched");

/** Looks again and again. */
async function comes(isThere: () => Promise<boolean>): Promise<void> {
  const patience = AbortSignal.timeout(20_000);
  while (!(await isThere())) patience.throwIfAborted();
}

after(() => rmSync(folder, { recursive: true, force: true }));

function write(home: string, name: string): void {
  mkdirSync(join(home, "workflows"), { recursive: true });
  const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n`;
  writeFileSync(join(home, "workflows", `${name}.yaml`), text);
}

test("its engine watches a folder of its own, and not the workflows of the folder that it is started in", async () => {
  const [home, place] = [join(folder, "home"), join(folder, "place")];
  write(home, "its-own");
  write(place, "of-the-user");
  const before = process.cwd();
  process.chdir(place);
  const engine = new DemoEngine(home, 0);
  try {
    const client = await engine.start();
    const names = async () => (await client.listWorkflows()).workflows.map(({ name }) => name);
    await comes(async () => (await names()).length > 0);
    assert.deepEqual(await names(), ["its-own"]);
  } finally {
    process.chdir(before);
    await engine.stop();
  }
});

test("when nobody reads on, its engine ends and its keys are gone", async () => {
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const homes = () => readdirSync(temporary).filter((name) => name.startsWith("dispatched-demo-"));
  const child = spawn(executable, ["demo"], { env: { ...process.env, TMPDIR: temporary } });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stderr.resume();
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const [home = ""] = homes();
  const url = readCredentials(join(temporary, home)).tenants[0]?.url ?? "";
  assert.equal((await fetch(new URL("/api/server", url))).status, 200);
  child.stdout.destroy();
  assert.equal(await ended, 141);
  assert.deepEqual(homes(), []);
  await comes(() =>
    fetch(new URL("/api/server", url)).then(
      () => false,
      () => true,
    ),
  );
});
