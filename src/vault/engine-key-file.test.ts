// The key file: made once, closed to others, apart from the data, and clear about what is wrong.

import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openEngineKeyFile } from "./engine-key-file.ts";

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-keys-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function open(folder: string, create: boolean) {
  return openEngineKeyFile({ keysFolder: join(folder, "keys"), dataFolder: join(folder, "data"), create });
}

const mode = (path: string): number => statSync(path).mode & 0o777;

test("a key is made once and then read", () => {
  inFolder((folder) => {
    const made = open(folder, true);
    assert.equal(mode(join(folder, "keys")), 0o700);
    assert.equal(mode(join(folder, "keys", "engine.key")), 0o400);
    assert.deepEqual(readdirSync(join(folder, "keys")), ["engine.key"]);
    assert.deepEqual(open(folder, true), made);
    assert.deepEqual(open(folder, false), made);
    assert.notDeepEqual(made.chain, made.integrity);
  });
});

test("an absent key is only made when asked for", () => {
  inFolder((folder) => {
    assert.throws(() => open(folder, false), { code: "invalid_configuration", message: /no engine key/ });
    assert.deepEqual(readdirSync(folder), []);
  });
});

test("files and folders that are open to others are refused", () => {
  inFolder((folder) => {
    open(folder, true);
    const file = join(folder, "keys", "engine.key");
    for (const loose of [0o440, 0o404, 0o644, 0o410]) {
      chmodSync(file, loose);
      assert.throws(() => open(folder, true), { code: "invalid_configuration", hint: `chmod 0400 ${file}` });
    }
    chmodSync(file, 0o600);
    open(folder, false);
    for (const loose of [0o750, 0o701, 0o777]) {
      chmodSync(join(folder, "keys"), loose);
      assert.throws(() => open(folder, true), { code: "invalid_configuration", hint: /^chmod 0700/ });
    }
  });
});

test("a damaged file is told, wherever the damage is, and never replaced", () => {
  inFolder((folder) => {
    open(folder, true);
    const file = join(folder, "keys", "engine.key");
    const text = readFileSync(file, "utf8");
    chmodSync(file, 0o600);
    const secret = text.indexOf('"chain"') + 12;
    const changed = text.slice(0, secret) + (text[secret] === "A" ? "B" : "A") + text.slice(secret + 1);
    const texts = [
      "",
      "{}",
      "null",
      "[]",
      text.slice(0, -10),
      changed,
      text.replace('"epoch": 0', '"epoch": 1'),
    ];
    for (const damaged of texts) {
      writeFileSync(file, damaged);
      assert.throws(() => open(folder, true), { code: "invalid_configuration", message: /is damaged/ });
      assert.equal(readFileSync(file, "utf8"), damaged);
    }
    writeFileSync(file, text.replace('"version": 2', '"version": 3'));
    assert.throws(() => open(folder, true), { code: "invalid_configuration", message: /later version/ });
  });
});

test("keys and data may not lie in each other", () => {
  inFolder((folder) => {
    mkdirSync(join(folder, "real"));
    symlinkSync(join(folder, "real"), join(folder, "link"));
    const pairs = [
      ["data/keys", "data"],
      ["keys", "keys/data"],
      ["same", "same"],
      ["link/keys", "real"],
      ["real", "link/deep/data"],
      [".", "data"],
      ["data/../data/keys", "data"],
    ] as const;
    for (const [keys, data] of pairs) {
      const options = { keysFolder: join(folder, keys), dataFolder: join(folder, data), create: true };
      assert.throws(() => openEngineKeyFile(options), {
        code: "invalid_configuration",
        message: /lie in each other/,
      });
    }
    openEngineKeyFile({
      keysFolder: join(folder, "data-keys"),
      dataFolder: join(folder, "data"),
      create: true,
    });
    openEngineKeyFile({ keysFolder: join(folder, "..keys"), dataFolder: `${folder}-data`, create: true });
  });
});
