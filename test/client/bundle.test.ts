// The client as a page gets it: bundled for browsers, nothing of Node in it, small, and at work where Node's names are not.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Client } from "../../src/client/client.ts";
import type { Device } from "../../src/client/device.ts";
import { localSession } from "../process/local-session.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { root } from "../tidy/source-files.ts";

/** More than it is: what makes it much larger is to be seen. */
const gzipBytesMax = 40_000;
/** What a page may carry for it: audited cryptography, and a reader of structured fields. */
const packages = ["@noble/ciphers", "@noble/curves", "@noble/hashes", "structured-headers"];

const home = mkdtempSync(join(tmpdir(), "dispatched-bundle-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, "src/client/index.ts")],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    globalName: "client",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return { text: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

test("it bundles for browsers, with these packages and no others, and stays small", async (t) => {
  const { text, inputs } = await bundle();
  const found = inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const named = new Set(found.filter((name) => name !== undefined));
  assert.deepEqual([...named].sort(), packages);
  const bytes = gzipSync(text, { level: 9 }).length;
  t.diagnostic(`dispatched/client: ${text.length} bytes minified, ${bytes} bytes gzipped`);
  assert.ok(bytes < gzipBytesMax, `${bytes} bytes`);
});

test("where only names of the web are, it signs in, runs a workflow and follows it", async () => {
  const { fetch, crypto, URL, TextEncoder, TextDecoder, ReadableStream, AbortController } = globalThis;
  const web = { fetch, crypto, URL, TextEncoder, TextDecoder, ReadableStream, AbortController };
  const page = createContext({ ...web, setTimeout, clearTimeout, Uint8Array, ArrayBuffer });
  runInContext((await bundle()).text, page);
  assert.equal(runInContext("typeof process + typeof Buffer + typeof require", page), "undefined".repeat(3));
  const { entry } = localSession(home);
  const device: Device = {
    url: entry.url,
    tenant: entry.tenant,
    apiKey: entry.api_key,
    privateKey: entry.private_key,
    serverKeys: entry.server_keys,
  };
  const inPage = runInContext("client", page) as {
    signIn(device: Device): Promise<{ readonly client: Client }>;
  };
  const { client } = await inPage.signIn(device);
  const document = "name: page\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {wait: {signal: go}}}\n";
  await client.putWorkflow("page", document, "yaml");
  const { run } = await client.startRun("page", { body: null });
  const types: string[] = [];
  for await (const { type } of client.followRun(run)) {
    types.push(type);
    if (type === "run.started") await client.sendSignal(run, "go", { body: "1" });
  }
  assert.equal(types[0], "run.created");
  assert.equal(types.at(-1), "run.completed");
});
