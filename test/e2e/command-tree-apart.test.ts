// The commands that the walk of the tree leaves out, because they go on until they are told to stop or change the tenant's keys: their
// JSON and their colours. `listen` is in json-shapes.test.ts; `demo` prints nothing for programs.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { misfit } from "../process/documented-json.ts";
import { runCommands, startCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-apart-"));
const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`);
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function requireShape(command: string, line: string): void {
  assert.equal(misfit(command, Object.keys(JSON.parse(line))), null, command);
}

test("dev and serve tell as JSON that they are ready, and end when they are told to", async () => {
  for (const command of ["dev", "serve"]) {
    const running = startCommand(join(home, command), [command, "--port", "0", "--json"]);
    const said = await running.says(/"ready":"http.*\n/);
    running.child.kill("SIGTERM");
    const { code, out } = await running.done;
    assert.equal(code, 0, command);
    assert.equal(out, said, "nothing else is on standard output");
    requireShape(command, said);
  }
});

test("agent, with --json, says nothing on standard output", async () => {
  const running = startCommand(home, ["agent", "--json"]);
  await new Promise<void>((resolve) => {
    running.child.stderr.on("data", (chunk: Buffer) => {
      if (String(chunk).includes("open ten_")) resolve();
    });
  });
  running.child.kill("SIGTERM");
  const { code, out, err } = await running.done;
  assert.deepEqual([code, out], [0, ""], err);
  assert.doesNotMatch(err, colour);
});

test("what changes the tenant's keys prints JSON with --json, and no colour with NO_COLOR", async () => {
  const commands = ["key rotate", "tenant new-api-key", "logout"];
  const lines = commands.map((command) => command.split(" "));
  const told = await runCommands(
    home,
    lines.map((line) => [...line, "--json"]),
  );
  for (const [index, command] of commands.entries()) {
    const { code, out, err } = told[index] ?? { code: null, out: "", err: "" };
    assert.equal(code, 0, `${command}: ${err}`);
    requireShape(command, out);
  }
  const plain = await runCommands(home, lines, { AS_ON_A_TERMINAL: "yes", NO_COLOR: "1" });
  for (const { code, out, err } of plain) {
    assert.equal(code, 0, err);
    assert.doesNotMatch(out + err, colour);
  }
});
