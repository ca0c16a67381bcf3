// What the doctor finds, and that looking changes nothing.

import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { deriveEngineKey } from "../vault/engine-key.ts";
import { openEngineKeyFile } from "../vault/engine-key-file.ts";
import { EngineKeys } from "../vault/engine-keys.ts";
import type { Configuration } from "./configuration.ts";
import { examine } from "./examine.ts";

function inHome(run: (configuration: Configuration) => void): void {
  const home = mkdtempSync(join(tmpdir(), "dispatched-doctor-"));
  try {
    const [dataFolder, keysFolder] = [join(home, "data"), join(home, "keys")];
    const registration = { registration: "closed", invite: null } as const;
    const times = { rate: null, sessionMs: 3_600_000, epochRetentionMs: 86_400_000 };
    const limits = { ...times, allowedRanges: [], trustedProxies: [], http2: false, hosts: [] };
    run({ home, dataFolder, keysFolder, port: 4000, publicUrl: null, ...registration, ...limits });
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** As after some days of work. */
function settle({ dataFolder, keysFolder }: Configuration): void {
  mkdirSync(dataFolder, { mode: 0o700 });
  const keys = EngineKeys.open({ keysFolder, dataFolder, create: true });
  keys.advanceTo(4);
  keys.ratchetTo(3);
  writeFileSync(join(dataFolder, "engine-key.check"), Buffer.from(keys.check).toString("hex"), {
    mode: 0o600,
  });
}

/** What is told besides the disk, which is another one on each machine that this test runs on. */
function findingsOf(configuration: Configuration): readonly string[] {
  const told = examine(configuration, Date.now()).findings.map(
    ({ level, message }) => `${level}: ${message}`,
  );
  return told.filter((one) => !one.includes(" is on "));
}

test("before the first start nothing is there, and nothing is wrong", () => {
  inHome((configuration) => {
    const { keyFile, keys, apart } = examine(configuration, Date.now());
    assert.deepEqual(findingsOf(configuration), []);
    assert.equal(keyFile.mode, null);
    assert.equal(keys.mode, null);
    assert.equal(apart, true);
    assert.deepEqual(readdirSync(configuration.home), []);
  });
});

test("the epoch of the key file is told, and whether it belongs to the data", () => {
  inHome((configuration) => {
    settle(configuration);
    const { keyFile, keys, data } = examine(configuration, Date.now());
    assert.deepEqual({ ...keyFile, path: "" }, { path: "", mode: 0o400, epoch: 3, fitsData: true });
    assert.deepEqual([keys.mode, data.mode], [0o700, 0o700]);
    assert.deepEqual(findingsOf(configuration), []);
    const other = deriveEngineKey({ epoch: 0, chain: new Uint8Array(32), integrity: new Uint8Array(32) });
    const check = join(configuration.dataFolder, "engine-key.check");
    writeFileSync(check, Buffer.from(other.check).toString("hex"));
    assert.equal(examine(configuration, Date.now()).keyFile.fitsData, false);
    assert.match(findingsOf(configuration).join(), /^problem: The data were sealed with another engine key/);
  });
});

test("modes that let others in, folders in each other, an absent and a damaged file are told", () => {
  inHome((configuration) => {
    settle(configuration);
    const { keysFolder, dataFolder } = configuration;
    const file = join(keysFolder, "engine.key");
    const text = readFileSync(file, "utf8");
    chmodSync(keysFolder, 0o755);
    chmodSync(dataFolder, 0o750);
    assert.deepEqual(findingsOf(configuration), [
      `warning: ${dataFolder} is open to others (mode 0750)`,
      `problem: ${keysFolder} is open to others (mode 0755).`,
    ]);
    chmodSync(keysFolder, 0o700);
    chmodSync(dataFolder, 0o700);
    chmodSync(file, 0o644);
    assert.match(findingsOf(configuration).join(), /^problem: .*engine\.key is open to others \(mode 0644\)/);
    chmodSync(file, 0o600);
    writeFileSync(file, text.slice(0, -5));
    assert.match(findingsOf(configuration).join(), /^problem: .*is damaged/);
    rmSync(file);
    assert.match(findingsOf(configuration).join(), /^problem: There is no engine key/);
    const within = { ...configuration, dataFolder: join(keysFolder, "data") };
    assert.equal(examine(within, Date.now()).apart, false);
    assert.match(findingsOf(within).join(), /lie in each other/);
  });
});

test("what a cut off ratchet left is told, and left to the server", () => {
  inHome((configuration) => {
    settle(configuration);
    const leftover = join(configuration.keysFolder, "engine.key.17.1764190000000.next");
    writeFileSync(leftover, "half", { mode: 0o400 });
    assert.match(
      findingsOf(configuration).join(),
      /^warning: .*engine\.key\.17\.1764190000000\.next is left of a replacement/,
    );
    assert.equal(existsSync(leftover), true);
    openEngineKeyFile({ ...configuration, create: false });
    assert.deepEqual(findingsOf(configuration), []);
  });
});
