// Keys and data that belong together, apart and put back: nothing is made anew beside what is there.

import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import type { Configuration } from "./configuration.ts";
import { examine } from "./examine.ts";
import { openDispatched } from "./open-dispatched.ts";
import { reseed } from "./reseed.ts";

const log = { write: () => {} };

async function inHome(run: (configuration: Configuration, check: string) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "dispatched-open-"));
  const [dataFolder, keysFolder] = [join(home, "data"), join(home, "keys")];
  const times = { rate: null, sessionMs: 3_600_000, epochRetentionMs: 86_400_000 };
  const given = { port: 0, publicUrl: null, registration: "closed", invite: null } as const;
  const configuration = {
    home,
    dataFolder,
    keysFolder,
    ...given,
    ...times,
    allowedRanges: [],
    trustedProxies: [],
    http2: false,
    hosts: [],
  };
  try {
    await startOnce(configuration);
    await run(configuration, join(dataFolder, "engine-key.check"));
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function startOnce(configuration: Configuration): Promise<void> {
  const dispatched = await openDispatched(configuration, { log });
  await dispatched.close();
}

function move(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const file of readdirSync(from)) copyFileSync(join(from, file), join(to, file));
  rmSync(from, { recursive: true });
}

test("data that were restored without keys get none made, and open once the right ones are put back", async () => {
  await inHome(async (configuration, check) => {
    const { keysFolder } = configuration;
    rmSync(check);
    move(keysFolder, `${keysFolder}-kept`);
    await assert.rejects(startOnce(configuration), {
      code: "invalid_configuration",
      message: /no engine key/,
    });
    assert.equal(existsSync(join(keysFolder, "engine.key")), false);
    move(`${keysFolder}-kept`, keysFolder);
    await startOnce(configuration);
    assert.equal(existsSync(check), true);
  });
});

test("a check that was cut off is written again", async () => {
  await inHome(async (configuration, check) => {
    writeFileSync(check, "");
    await startOnce(configuration);
    assert.equal(examine(configuration, Date.now()).keyFile.fitsData, true);
  });
});

test("a server's key that is gone beside data is told", async () => {
  await inHome(async (configuration) => {
    rmSync(join(configuration.keysFolder, "server.key"));
    const { findings } = examine(configuration, Date.now());
    assert.ok(
      findings.some(({ level, message }) => level === "problem" && /server\.key is missing/.test(message)),
    );
  });
});

test("the chain of data that another version wrote is kept", async () => {
  await inHome(async (configuration) => {
    const database = new Sqlite(join(configuration.dataFolder, "dispatched.db"));
    const version = database.pragma("user_version", { simple: true }) as number;
    database.pragma(`user_version = ${version - 1}`);
    await assert.rejects(reseed(configuration, Date.now()), { code: "keys_in_use" });
    database.pragma(`user_version = ${version}`);
    database.close();
    await reseed(configuration, Date.now());
    await startOnce(configuration);
  });
});
