// Everything that the reference of the language and of the HTTP API shows is executed, with the real process.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { checkFields, definitions } from "../documentation/check-fields.ts";
import { examplesOf } from "../documentation/examples-of.ts";
import { playExample, type Stage } from "../documentation/play-example.ts";
import { playExpressions } from "../documentation/play-expressions.ts";
import { readPage } from "../documentation/read-page.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const reference = join(import.meta.dirname, "../../docs/reference");
const files = [
  "http-api.md",
  "client.md",
  "language.md",
  "lua.md",
  ...readdirSync(join(reference, "language")).map((file) => `language/${file}`),
];
const pages = files.map((file) => {
  const text = readFileSync(join(reference, file), "utf8");
  return examplesOf(file, readPage(text));
});
const home = mkdtempSync(join(tmpdir(), "dispatched-reference-"));
let engine: EngineUnderTest;
const stage = (): Stage => ({ engine, home });

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

describe("the examples", { concurrency: 4 }, () => {
  for (const example of pages.flatMap(({ examples }) => examples)) {
    test(example.name, () => playExample(stage(), example));
  }
  for (const [index, table] of pages.flatMap(({ expressions }) => expressions).entries()) {
    test(table.name, () => playExpressions(stage(), table, index));
  }
});

test("tables of fields say what the schema says, and none is left out", () => {
  const tables = pages.flatMap(({ fields }) => fields);
  for (const table of tables) checkFields(table);
  const told = new Set(tables.map(({ of }) => of));
  assert.deepEqual(
    definitions.filter((name) => !told.has(name)),
    [],
  );
});
