// The chain of the engine's keys: what can be derived, what is given up for good, and that a crash at any point harms nothing.

import assert from "node:assert/strict";
import { createHash, hkdfSync } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { deriveEngineKey, type EngineSecrets } from "./engine-key.ts";
import { openEngineKeyFile, readEngineKeyFile, replaceEngineKeyFile } from "./engine-key-file.ts";
import { writeEngineKeyText } from "./engine-key-text.ts";
import { EngineKeys } from "./engine-keys.ts";

const integrity = () => new Uint8Array(32).fill(2);
const first = (): EngineSecrets => ({ epoch: 0, chain: new Uint8Array(32).fill(1), integrity: integrity() });

/** By RFC 5869 and the description of the format alone. */
function byHand(secret: Uint8Array, label: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "engine", `dispatched/v1/${label}`, 32));
}

function linkByHand(epoch: number): Uint8Array {
  let link = first().chain;
  for (let step = 0; step < epoch; step++) link = byHand(link, "chain");
  return link;
}

const idByHand = (epoch: number) => byHand(byHand(linkByHand(epoch), "ek"), "ek-id").slice(0, 8);

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-keys-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const optionsOf = (folder: string) => ({
  keysFolder: join(folder, "keys"),
  dataFolder: join(folder, "data"),
  create: true,
});

test("each epoch's key is the described one", () => {
  const keys = new EngineKeys(first(), () => {});
  keys.advanceTo(5);
  for (let epoch = 0; epoch <= 5; epoch++) {
    const engineKey = byHand(linkByHand(epoch), "ek");
    assert.deepEqual(keys.id(epoch), idByHand(epoch));
    assert.deepEqual(new Uint8Array(keys.key(epoch).wrapKey.export()), byHand(engineKey, "dek-wrap"));
    assert.equal(keys.epochOf(idByHand(epoch)), epoch);
    assert.equal(keys.key(epoch).wrapKey, keys.key(epoch).wrapKey);
  }
  assert.deepEqual(keys.id(0), deriveEngineKey(first()).id);
  assert.throws(() => keys.key(6).wrapKey, { code: "locked", message: /6 is not known/ });
  // Another node may be ahead, a little.
  for (const epoch of [6, 13]) assert.equal(keys.epochOf(idByHand(epoch)), epoch);
  assert.equal(keys.epochOf(idByHand(14)), null);
  assert.equal(keys.current, 5);
  assert.deepEqual(keys.id(20), idByHand(20));
});

test("advancing in one step or in many comes to the same", () => {
  const keys = new EngineKeys(first(), () => {});
  for (const epoch of [1, 1, 0, 2, 4, 9]) keys.advanceTo(epoch);
  keys.ratchetTo(3);
  keys.advanceTo(12);
  for (let epoch = 3; epoch <= 12; epoch++) assert.deepEqual(keys.id(epoch), idByHand(epoch));
});

test("ratcheting gives up what came before, and overwrites it", () => {
  const secrets = first();
  const kept: EngineSecrets[] = [];
  const keys = new EngineKeys(secrets, (_, after) => kept.push({ ...after, chain: after.chain.slice() }));
  keys.advanceTo(4);
  const deriving = [0, 1, 2].map((epoch) => keys.key(epoch).deriveKey);
  assert.ok(deriving.every((bytes) => bytes.some((byte) => byte !== 0)));
  keys.ratchetTo(3);
  assert.ok(deriving.every((bytes) => bytes.every((byte) => byte === 0)));
  assert.ok(keys.key(3).deriveKey.some((byte) => byte !== 0));
  assert.equal(keys.oldest, 3);
  assert.equal(keys.current, 4);
  assert.deepEqual([...secrets.chain], new Array(32).fill(0));
  assert.deepEqual(kept, [{ epoch: 3, chain: linkByHand(3), integrity: integrity() }]);
  for (const epoch of [0, 1, 2]) {
    assert.throws(() => keys.key(epoch).wrapKey, { code: "locked", message: /was given up/ });
    assert.equal(keys.epochOf(idByHand(epoch)), null);
  }
  assert.deepEqual(keys.id(3), idByHand(3));
  keys.ratchetTo(2);
  keys.ratchetTo(3);
  assert.equal(kept.length, 1);
  assert.throws(() => keys.ratchetTo(5), { name: "BrokenInvariant" });
  assert.throws(() => keys.advanceTo(100_003), { code: "locked" });
  assert.throws(() => keys.advanceTo(1.5), { name: "BrokenInvariant" });
});

test("when the file cannot be replaced the keys stay", () => {
  const keys = new EngineKeys(first(), () => {
    throw new Error("no");
  });
  keys.advanceTo(2);
  assert.throws(() => keys.ratchetTo(2), /no/);
  assert.equal(keys.oldest, 0);
  for (const epoch of [0, 1, 2]) assert.deepEqual(keys.id(epoch), idByHand(epoch));
  keys.advanceTo(3);
  assert.deepEqual(keys.id(3), idByHand(3));
});

test("the file follows, keeps its mode, and lookups stay", () => {
  inFolder((folder) => {
    const keys = EngineKeys.open(optionsOf(folder));
    const lookup = keys.lookupKey.export();
    keys.advanceTo(7);
    const id = keys.id(7);
    keys.ratchetTo(5);
    const path = join(folder, "keys", "engine.key");
    assert.equal(statSync(path).mode & 0o777, 0o400);
    assert.deepEqual(readdirSync(join(folder, "keys")), ["engine.key"]);
    const again = EngineKeys.open(optionsOf(folder));
    assert.equal(again.oldest, 5);
    assert.deepEqual(again.lookupKey.export(), lookup);
    assert.deepEqual(again.check, keys.check);
    again.advanceTo(7);
    assert.deepEqual(again.id(7), id);
  });
});

test("the bytes of the old file are overwritten, whether its ratchet ended or was cut off after the rename", () => {
  inFolder((folder) => {
    const keys = EngineKeys.open(optionsOf(folder));
    const path = join(folder, "keys", "engine.key");
    const old = openSync(path, "r");
    keys.advanceTo(1);
    keys.ratchetTo(1);
    assert.deepEqual([...new Set(readFileSync(old))], [0]);
    const cut = openSync(path, "r");
    linkSync(path, `${path}.17.1764190000000.old`);
    writeFileSync(`${path}.17.1764190000000.next`, writeEngineKeyText(first()), { mode: 0o400 });
    renameSync(`${path}.17.1764190000000.next`, path);
    assert.deepEqual(readEngineKeyFile(join(folder, "keys")), first());
    assert.ok(readFileSync(cut, "utf8").includes('"epoch": 1'));
    openEngineKeyFile(optionsOf(folder));
    const zeros = Buffer.alloc(1);
    readSync(cut, zeros, 0, 1, 20);
    assert.equal(zeros[0], 0);
    for (const file of [old, cut]) closeSync(file);
  });
});

test("a file of version 1 is read, and is of version 2 after the first ratchet", () => {
  inFolder((folder) => {
    const [chain, kept] = [first().chain, integrity()].map((bytes) =>
      Buffer.from(bytes).toString("base64url"),
    );
    const sum = createHash("sha256").update(`1 0 ${chain} ${kept}`).digest("hex").slice(0, 16);
    const path = join(folder, "keys", "engine.key");
    mkdirSync(join(folder, "keys"), { mode: 0o700 });
    const file = { format: "dispatched engine key", version: 1, epoch: 0, chain, integrity: kept, sum };
    writeFileSync(path, JSON.stringify(file), { mode: 0o400 });
    const keys = EngineKeys.open(optionsOf(folder));
    assert.deepEqual(keys.id(0), idByHand(0));
    assert.equal(JSON.parse(readFileSync(path, "utf8")).version, 1);
    keys.advanceTo(1);
    keys.ratchetTo(1);
    assert.equal(JSON.parse(readFileSync(path, "utf8")).version, 2);
    assert.deepEqual(EngineKeys.open(optionsOf(folder)).id(1), idByHand(1));
  });
});

test("a file that somebody changed meanwhile is not replaced", () => {
  inFolder((folder) => {
    const keys = EngineKeys.open(optionsOf(folder));
    keys.advanceTo(2);
    const path = join(folder, "keys", "engine.key");
    const other = writeEngineKeyText(first());
    chmodSync(path, 0o600);
    writeFileSync(path, other);
    assert.throws(() => keys.ratchetTo(2), { code: "invalid_configuration", message: /was changed/ });
    assert.equal(readFileSync(path, "utf8"), other);
    rmSync(path);
    assert.throws(() => keys.ratchetTo(2), { code: "invalid_configuration", message: /no engine key/ });
    assert.equal(existsSync(path), false);
    assert.equal(keys.oldest, 0);
  });
});

test("what another process ratcheted meanwhile is gone on from, and never taken back", () => {
  inFolder((folder) => {
    const [one, other] = [EngineKeys.open(optionsOf(folder)), EngineKeys.open(optionsOf(folder))];
    const path = join(folder, "keys", "engine.key");
    const stands = () => readEngineKeyFile(join(folder, "keys")).epoch;
    for (const keys of [one, other]) keys.advanceTo(6);
    one.ratchetTo(2);
    other.ratchetTo(4);
    assert.deepEqual([stands(), other.oldest], [4, 4]);
    // The other process was killed before it had overwritten the old file.
    writeFileSync(`${path}.17.1764190000000.old`, "old", { mode: 0o400 });
    one.ratchetTo(3);
    assert.deepEqual([stands(), one.oldest], [4, 3]);
    assert.deepEqual(readdirSync(join(folder, "keys")), ["engine.key"]);
    assert.throws(() => one.key(2), { code: "locked" });
    one.ratchetTo(5);
    assert.deepEqual([stands(), one.oldest], [5, 5]);
    assert.deepEqual(EngineKeys.open(optionsOf(folder)).id(5), other.id(5));
  });
});

test("whatever a crash leaves, the next open has one whole key and nothing beside it", () => {
  const [old, young] = [first(), { epoch: 1, chain: linkByHand(1), integrity: integrity() }];
  const [before, after] = [writeEngineKeyText(old), writeEngineKeyText(young)];
  const halves = ["", after.slice(0, 50), after];
  // Which names stand after each step of a replacement, in whatever order the folder's changes reached the disk.
  const crashes: ((path: string) => void)[] = [
    ...halves.map(
      (half) => (path: string) => writeFileSync(`${path}.17.1764190000000.next`, half, { mode: 0o400 }),
    ),
    (path) => linkSync(path, `${path}.17.1764190000000.old`),
    (path) => {
      linkSync(path, `${path}.17.1764190000000.old`);
      writeFileSync(`${path}.17.1764190000000.next`, after, { mode: 0o400 });
    },
    (path) => {
      linkSync(path, `${path}.17.1764190000000.old`);
      rmSync(path);
      writeFileSync(path, after, { mode: 0o400 });
    },
    (path) => writeFileSync(`${path}.17.1764190000000.old`, Buffer.alloc(before.length), { mode: 0o600 }),
    (path) => writeFileSync(`${path}.17.1764190000000.tmp`, before.slice(0, 9), { mode: 0o400 }),
    (path) => linkSync(path, `${path}.17.1764190000000.tmp`),
    (path) => writeFileSync(`${path}.17.1764190000000.0.gone`, before, { mode: 0o400 }),
  ];
  for (const crash of crashes) {
    inFolder((folder) => {
      const path = join(folder, "keys", "engine.key");
      mkdirSync(join(folder, "keys"), { mode: 0o700 });
      writeFileSync(path, before, { mode: 0o400 });
      crash(path);
      const secrets = openEngineKeyFile(optionsOf(folder));
      assert.ok([old, young].some((one) => writeEngineKeyText(one) === writeEngineKeyText(secrets)));
      assert.deepEqual(readdirSync(join(folder, "keys")), ["engine.key"]);
      replaceEngineKeyFile(join(folder, "keys"), secrets, { ...young, epoch: 2 });
      assert.equal(openEngineKeyFile(optionsOf(folder)).epoch, 2);
    });
  }
});
