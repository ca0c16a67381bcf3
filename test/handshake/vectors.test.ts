// The committed test vectors are what the code makes today: a change of them breaks every client.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { handshakeVectors } from "../../scripts/handshake-vectors/all.ts";
import { noiseProtocol } from "../../src/handshake/noise-kk.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "testdata/handshake");

test("the vectors are those of the code", () => {
  const made = handshakeVectors();
  assert.deepEqual(readdirSync(folder).sort(), [...made.keys()].sort());
  for (const [name, text] of made) assert.equal(readFileSync(join(folder, name), "utf8"), text, name);
});

test("the messages on the protocol's page are those of the pattern KK (Noise, section 7.5)", () => {
  const page = readFileSync(join(root, "docs/reference/protocol.md"), "utf8");
  const block = /```text\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const lines = block.split("\n").map((line) => line.trim().replace(/ {4,}.*/, ""));
  assert.deepEqual(lines.slice(0, 5), ["-> s", "<- s", "...", "-> e, es, ss", "<- e, ee, se"]);
});

test("every value on the protocol's page is one of a vector", () => {
  const page = readFileSync(join(root, "docs/reference/protocol.md"), "utf8");
  const vectors = [...handshakeVectors().values()].join("\n");
  const shown = page.match(/[A-Za-z0-9_-]{24,}/g) ?? [];
  const values = shown.filter((value) => /\d/.test(value) && value !== noiseProtocol);
  assert.ok(values.length >= 9, `${values.length} values are shown`);
  assert.deepEqual(
    values.filter((value) => !vectors.includes(value)),
    [],
  );
});
