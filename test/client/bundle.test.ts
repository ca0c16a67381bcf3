// The client as a page gets it: bundled for browsers, nothing of Node in it, small in all and smaller in parts, and at work
// where Node's names are not and no text becomes code.

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
const clientGzipBytesMax = 8_000;
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

/** @param program what a page imports of it; all of it, by default */
async function bundle(program = 'export * from "dispatched/client"') {
  const contents = program.replace("dispatched/client", "./src/client/index.ts");
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
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
  const text = outputFiles[0]?.text ?? "";
  const kept = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  const found = kept.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const named = [...new Set(found.filter((name) => name !== undefined))].sort();
  return { text, kept, named, gzipBytes: gzipSync(text, { level: 9 }).length };
}

test("it bundles for browsers, with these packages and no others, and stays small", async (t) => {
  const { text, named, gzipBytes } = await bundle();
  assert.deepEqual(named, packages);
  t.diagnostic(`dispatched/client: ${text.length} bytes minified, ${gzipBytes} bytes gzipped`);
  assert.ok(gzipBytes < gzipBytesMax, `${gzipBytes} bytes`);
});

test("what a page does not use it does not carry: a client with a token brings no cryptography", async (t) => {
  const { text, kept, named, gzipBytes } = await bundle(
    'import { Client } from "dispatched/client"; globalThis.client = new Client("/", "");',
  );
  t.diagnostic(`Client alone: ${text.length} bytes minified, ${gzipBytes} bytes gzipped`);
  assert.deepEqual(named, []);
  assert.deepEqual(
    kept.filter((path) => path.startsWith("src/handshake/")),
    [],
  );
  assert.ok(gzipBytes < clientGzipBytesMax, `${gzipBytes} bytes`);
});

test("nothing in it makes code or markup of a text, so that a strict policy and Trusted Types let it run", async () => {
  const { text } = await bundle();
  const sinks =
    /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|\b(?:inner|outer)HTML\b|\bdocument\b|insertAdjacentHTML|srcdoc|importScripts|new (?:Shared)?Worker\b|WebAssembly|set(?:Timeout|Interval)\s*\(\s*["'`]/g;
  assert.deepEqual(text.match(sinks), null);
  assert.ok("new Function('x')".match(sinks), "the pattern sees what it is for");
});

test("where only names of the web are, it signs in, runs a workflow and follows it", async () => {
  const { fetch, crypto, URL, TextEncoder, TextDecoder, ReadableStream, AbortController } = globalThis;
  const web = { fetch, crypto, URL, TextEncoder, TextDecoder, ReadableStream, AbortController };
  const page = createContext(
    { ...web, setTimeout, clearTimeout, Uint8Array, ArrayBuffer },
    { codeGeneration: { strings: false, wasm: false } },
  );
  assert.throws(() => runInContext("eval('1')", page), /Code generation/);
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
