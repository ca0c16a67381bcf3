// The client in Python, which shares no code with ours, passes the vectors and signs in over HTTP.

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { writeKeyText } from "../../src/handshake/key-text.ts";
import type { KnownTenant } from "../../src/ports/handshake.ts";
import {
  apiKey,
  confirmation,
  deviceKey,
  nextServerKey,
  owner,
  serverKey,
  tenantOf,
} from "../../src/ports/handshake-contract/sample.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { startHandshakeServer } from "../handshake/handshake-server.ts";
import { serverSubject } from "../handshake/server-subject.ts";
import { needPython } from "./need-python.ts";

const folder = join(import.meta.dirname, "../../examples/python-client");
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", DISPATCHED_API_KEY: apiKey };
const subject = serverSubject(nodeSuite);
const sheet = new Uint8Array(32).fill(0x99);
const pinOf = (key: Uint8Array) => writeKeyText(nodeSuite, "server", nodeSuite.privateKey(key).publicKey);

interface Attempt {
  readonly tenant?: KnownTenant;
  readonly key?: Uint8Array;
  readonly pins?: readonly Uint8Array[];
  readonly serverKeys?: readonly Uint8Array[];
  readonly generation?: number;
  readonly late?: number;
  readonly more?: readonly string[];
}

/** What the program prints, or `{ refused }` with its complaint. */
async function signIn(attempt: Attempt): Promise<{ readonly session?: string; readonly refused?: string }> {
  const home = mkdtempSync(join(tmpdir(), "dispatched-python-"));
  const { origin, server } = await startHandshakeServer({
    open: (found) => subject.open(found, attempt.serverKeys ?? [serverKey]),
    apiKey,
    tenant: attempt.tenant ?? tenantOf(subject),
    confirmation,
    late: attempt.late ?? 0,
  });
  try {
    const keyFile = join(home, "key.txt");
    writeFileSync(keyFile, `${writeKeyText(nodeSuite, "private", attempt.key ?? deviceKey)}\n`);
    const pins = (attempt.pins ?? [serverKey]).flatMap((key) => ["--pin", pinOf(key)]);
    const generation = ["--generation", String(attempt.generation ?? owner.generation)];
    const who = ["--tenant", owner.tenant, ...generation, "--key-file", keyFile];
    const args = ["sign_in.py", "--url", `${origin}/`, ...who, ...pins, ...(attempt.more ?? [])];
    const { stdout } = await promisify(execFile)(needPython(), args, { cwd: folder, env });
    return { session: stdout.trim() };
  } catch (error) {
    return { refused: String((error as { stderr?: unknown }).stderr) };
  } finally {
    server.close();
    rmSync(home, { recursive: true });
  }
}

test("the client in Python passes the vectors", () => {
  const done = spawnSync(needPython(), ["check_vectors.py"], { cwd: folder, env, encoding: "utf8" });
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.match(done.stdout, /^1\d\d checks passed/);
});

test("the client in Python signs in, also while the server's key changes", async () => {
  const { session } = confirmation;
  assert.deepEqual(await signIn({}), { session });
  const pins = [serverKey, nextServerKey];
  assert.deepEqual(await signIn({ pins, serverKeys: [nextServerKey] }), { session });
});

test("the client in Python is refused with another key, generation or pin, and when it is late", async () => {
  const attempts: readonly Attempt[] = [
    { key: sheet },
    { generation: 9 },
    { pins: [nextServerKey] },
    { late: 60_000 },
  ];
  for (const attempt of attempts) assert.match((await signIn(attempt)).refused ?? "", /handshake_refused/);
});
