// What the engine signs, services verify: in JavaScript on two kinds of requests, and in Python as the guide shows it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { memoryReplayStore } from "../../src/client/replay-store.ts";
import { type Verified, type VerifyOptions, verifyRequest } from "../../src/client/verify-request.ts";
import { signRequest } from "../../src/engine/sign-request.ts";
import type { ResolveHost } from "../../src/outbound/guarded-connector.ts";
import type { Entropy } from "../../src/ports/entropy.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";
import { testCertificate, testCertificateKey } from "../outbound/test-certificate.ts";
import { withServer } from "../outbound/with-server.ts";

const vault = {
  mac: (key: Uint8Array, message: Uint8Array) => createHmac("sha256", key).update(message).digest(),
  digest: (bytes: Uint8Array) => createHash("sha256").update(bytes).digest(),
};
const [old, fresh] = [
  { id: "sgn_old", secret: "dss_the-old-one" },
  { id: "sgn_new", secret: "dss_the-new-one" },
];
const startMs = 1_795_745_410_000;

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const entropy = new PooledEntropy();

function portsAt(nowMs: number, drawn: Entropy) {
  return { vault, clock: { now: () => nowMs }, entropy: drawn };
}

function signed(secrets = [old], nowMs = startMs, url = "https://shop.example/orders?n=1"): Sent {
  const request = {
    method: "POST",
    url,
    headers: [["idempotency-key", "run_1/charge"] as const],
    body: '{"amount":5}',
    timeoutMs: 1,
    maxBytes: 1,
  };
  const { headers } = signRequest(portsAt(nowMs, entropy), secrets, request);
  return { method: "POST", url, headers: Object.fromEntries(headers), body: request.body };
}

/** A code block of a page. */
function sampleOf(file: string, language: string): string {
  const page = readFileSync(join(import.meta.dirname, "../../docs", file), "utf8");
  const sample = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(page)?.[1];
  assert.ok(sample !== undefined, `${file} has no ${language}`);
  return sample;
}

/** Each part altered, and how the verification calls it. */
const altered: readonly (readonly [what: string, change: (sent: Sent) => Sent, reason: string])[] = [
  ["method", (sent) => ({ ...sent, method: "PUT" }), "signature_mismatch"],
  ["path", (sent) => ({ ...sent, url: sent.url.replace("orders", "refunds") }), "signature_mismatch"],
  ["query", (sent) => ({ ...sent, url: sent.url.replace("n=1", "n=2") }), "signature_mismatch"],
  ["host", (sent) => ({ ...sent, url: sent.url.replace("shop", "other") }), "signature_mismatch"],
  ["body", (sent) => ({ ...sent, body: sent.body.replace("5", "6") }), "digest_mismatch"],
  [
    "body and digest",
    (sent) =>
      changed(
        sent,
        { "content-digest": `sha-256=:${createHash("sha256").update("x").digest("base64")}:` },
        "x",
      ),
    "signature_mismatch",
  ],
  ["no digest", (sent) => without(sent, "content-digest"), "not_covered"],
  ["idempotency key", (sent) => changed(sent, { "idempotency-key": "run_2/charge" }), "signature_mismatch"],
  ["no idempotency key", (sent) => without(sent, "idempotency-key"), "not_covered"],
  ["no signature", (sent) => without(sent, "signature"), "not_signed"],
  ["no input", (sent) => without(sent, "signature-input"), "not_signed"],
  ["age", (sent) => inInput(sent, /created=\d+/, "created=1795745411"), "signature_mismatch"],
  ["end", (sent) => inInput(sent, /expires=\d+/, "expires=1999999999"), "signature_mismatch"],
  ["key", (sent) => inInput(sent, "sgn_old", "sgn_none"), "unknown_key"],
  ["algorithm", (sent) => inInput(sent, "hmac-sha256", "none"), "not_covered"],
  ["fewer parts covered", (sent) => inInput(sent, ' "content-digest"', ""), "not_covered"],
  ["nonsense", (sent) => changed(sent, { "signature-input": "(((" }), "not_signed"],
];

function changed(sent: Sent, headers: Record<string, string>, body = sent.body): Sent {
  return { ...sent, headers: { ...sent.headers, ...headers }, body };
}

function without(sent: Sent, name: string): Sent {
  return {
    ...sent,
    headers: Object.fromEntries(Object.entries(sent.headers).filter(([own]) => own !== name)),
  };
}

function inInput(sent: Sent, from: string | RegExp, to: string): Sent {
  return changed(sent, { "signature-input": (sent.headers["signature-input"] ?? "").replace(from, to) });
}

function verify(sent: Sent, atMs = startMs, replays = memoryReplayStore(() => atMs)): Promise<Verified> {
  const { method, url, headers, body } = sent;
  const secrets = { sgn_old: old.secret, sgn_new: fresh.secret };
  return verifyRequest(new Request(url, { method, headers, body }), body, {
    secrets,
    replays,
    now: () => atMs,
  });
}

test("the genuine is taken, and each altered part refused", async () => {
  assert.deepEqual(await verify(signed()), { ok: true, keyId: "sgn_old", idempotencyKey: "run_1/charge" });
  for (const [what, change, reason] of altered) {
    assert.deepEqual(await verify(change(signed())), { ok: false, reason }, what);
  }
});

test("what is too old, too early or has come before is refused; a retry is signed anew and taken", async () => {
  assert.equal((await verify(signed(), startMs + 300_000)).ok, true);
  assert.deepEqual(await verify(signed(), startMs + 301_000), { ok: false, reason: "too_old" });
  assert.deepEqual(await verify(signed(), startMs - 301_000), { ok: false, reason: "too_old" });
  const replays = memoryReplayStore(() => startMs);
  const first = signed();
  assert.equal((await verify(first, startMs, replays)).ok, true);
  assert.deepEqual(await verify(first, startMs, replays), { ok: false, reason: "repeated" });
  assert.equal((await verify(signed(), startMs + 600, replays)).ok, true, "in the same second");
});

test("while a secret is rotated either one is enough", async () => {
  const sent = signed([fresh, old]);
  for (const [id, { secret }] of [
    ["sgn_old", old],
    ["sgn_new", fresh],
  ] as const) {
    const options = { secrets: { [id]: secret }, replays: null, now: () => startMs };
    const { method, url, headers, body } = sent;
    const judged = await verifyRequest(new Request(url, { method, headers, body }), body, options);
    assert.deepEqual(judged, { ok: true, keyId: id, idempotencyKey: "run_1/charge" });
  }
});

test("what was sent under two secrets does not come again under one of them", async () => {
  const sent = signed([fresh, old]);
  const replays = memoryReplayStore(() => startMs);
  assert.equal((await verify(sent, startMs, replays)).ok, true);
  const second = (name: string) => (sent.headers[name] ?? "").replace(/^sig1=.*?, (?=sig2=)/, "");
  const cut = changed(sent, { "signature-input": second("signature-input"), signature: second("signature") });
  assert.equal((await verify(cut)).ok, true, "by itself it is genuine");
  assert.deepEqual(await verify(cut, startMs, replays), { ok: false, reason: "repeated" });
});

test("a service of node:http takes what was signed for its address, once", async () => {
  const bodyOf = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const server = createServer(async (request, response) => {
    const judged = await verifyRequest(request, await bodyOf(request), { secrets: old.secret });
    response.writeHead(judged.ok ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { method, url, headers, body } = signed([old], Date.now(), `http://127.0.0.1:${port}/orders?n=1`);
  const ask = async (text: string, at = url) => (await fetch(at, { method, headers, body: text })).status;
  assert.equal(await ask('{"amount":6}'), 401);
  assert.equal(await ask(body, url.replace("orders", "refunds")), 401);
  assert.equal(await ask(body), 200);
  assert.equal(await ask(body), 401);
  server.close();
});

test("a service of node:http2 takes what was signed for its address, by either protocol", async () => {
  const judged: string[] = [];
  const server = createSecureServer(
    { cert: testCertificate, key: testCertificateKey, allowHTTP1: true },
    async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      const { ok } = await verifyRequest(request, body, { secrets: old.secret });
      judged.push(`${request.httpVersion} ${ok}`);
      response.writeHead(ok ? 200 : 401).end();
    },
  );
  const resolveHost: ResolveHost = (_host, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
  for (const http2 of [true, false]) {
    const options = { http2, trustedCertificates: [testCertificate], resolveHost };
    await withServer(
      server,
      async ({ caller, port }) => {
        const sent = signed([old], Date.now(), `https://service.test:${port}/orders?n=1`);
        const call = { ...sent, headers: Object.entries(sent.headers), timeoutMs: 10_000, maxBytes: 1_000 };
        assert.equal((await caller.call(call).outcome).type, "response");
      },
      options,
    );
  }
  assert.deepEqual(judged, ["2.0 true", "1.1 true"]);
});

test("the path is whole behind a router of Express, and a slash may end the origin", async () => {
  const { method, headers, body } = signed();
  const options = { secrets: old.secret, replays: null, now: () => startMs };
  const mounted = { method, url: "/?n=1", originalUrl: "/orders?n=1", headers };
  for (const origin of ["https://shop.example", "https://shop.example/"]) {
    assert.equal((await verifyRequest(mounted, body, { ...options, origin })).ok, true, origin);
    const request = new Request("http://inside/orders?n=1", { method, headers, body });
    assert.equal((await verifyRequest(request, body, { ...options, origin })).ok, true, origin);
  }
  const socket = { encrypted: true };
  const direct = { ...mounted, headers: { ...headers, host: "shop.example" }, socket };
  assert.equal((await verifyRequest(direct, body, options)).ok, true);
});

/** What a program prints that has the guide's sample beside it as `verify`. */
function inPython(program: string, input: unknown): unknown {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-verify-"));
  writeFileSync(join(folder, "verify.py"), sampleOf("guides/verify-requests.md", "python"));
  const options = { cwd: folder, input: JSON.stringify(input), encoding: "utf8" } as const;
  const done = spawnSync("python3", ["-B", "-c", program], options);
  rmSync(folder, { recursive: true });
  assert.equal(done.stderr, "");
  return JSON.parse(done.stdout);
}

test("Python, as the guide shows it, judges the same", () => {
  const last = signed();
  const rotated = signed([fresh, old]);
  const cases = [signed(), ...altered.map(([, change]) => change(signed())), last, signed(), last, rotated];
  const program = [
    "import json, sys",
    "import verify as guide",
    "results = []",
    "for index, one in enumerate(json.load(sys.stdin)):",
    "    if index < 19: guide.seen.clear()",
    `    results.append(guide.verify(one["method"], one["url"], one["headers"], one["body"].encode(), {"sgn_old": "${old.secret}"}, ${startMs / 1000}))`,
    "print(json.dumps(results))",
  ].join("\n");
  assert.deepEqual(inPython(program, cases), [true, ...altered.map(() => false), true, true, false, true]);
});

test("Python takes a request once, also where it comes to two threads at a time", () => {
  const program = [
    "import json, sys, threading, time",
    "import verify as guide",
    "class Slow(dict):",
    "    def __contains__(self, key):",
    "        found = super().__contains__(key)",
    "        time.sleep(0.2)",
    "        return found",
    "guide.seen = Slow()",
    "[one] = json.load(sys.stdin)",
    "results = []",
    `args = (one["method"], one["url"], one["headers"], one["body"].encode(), {"sgn_old": "${old.secret}"}, ${startMs / 1000})`,
    "threads = [threading.Thread(target=lambda: results.append(guide.verify(*args))) for _ in range(2)]",
    "for thread in threads: thread.start()",
    "for thread in threads: thread.join()",
    "print(json.dumps(sorted(results)))",
  ].join("\n");
  assert.deepEqual(inPython(program, [signed()]), [false, true]);
});

test("the service of the guide takes the genuine and refuses the rest", async () => {
  const client = new URL("../../src/client/verify-request.ts", import.meta.url).href;
  const source = sampleOf("guides/verify-requests.md", "js").replace(
    '"dispatched/client"',
    JSON.stringify(client),
  );
  const folder = mkdtempSync(join(tmpdir(), "dispatched-verify-"));
  writeFileSync(join(folder, "service.mjs"), source);
  process.env["SIGNING_SECRET"] = old.secret;
  const { server } = (await import(join(folder, "service.mjs"))) as { readonly server: Server };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sent = signed([old], Date.now());
  const { method, headers } = sent;
  const ask = async (body: string) =>
    (await fetch(`http://127.0.0.1:${port}/orders?n=1`, { method, headers, body })).status;
  assert.deepEqual([await ask("{}"), await ask(sent.body), await ask(sent.body)], [401, 200, 401]);
  server.close();
  rmSync(folder, { recursive: true });
});

test("the guide names each reason of a refusal, and what a service says that has no secret", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/guides/verify-requests.md"), "utf8");
  const told = [...page.matchAll(/^\| `(\w+)` \| .* \| .* \|$/gm)].map(([, name]) => name);
  const reasons = new Set([...altered.map(([, , reason]) => reason), "too_old", "repeated"]);
  assert.deepEqual(told.filter((name) => reasons.has(name ?? "")).sort(), [...reasons].sort());
  const { method, url, headers, body } = signed();
  for (const secrets of [undefined, ""]) {
    const options = { secrets, replays: null, now: () => startMs } as unknown as VerifyOptions;
    const message = await verifyRequest(new Request(url, { method, headers, body }), body, options).then(
      () => assert.fail("it is judged"),
      (error: Error) => error.message.split(":")[0] ?? "",
    );
    assert.ok(page.includes(`\`${message}\``), message);
  }
});

test("the request on the page of signatures is what the engine sends, and openssl says the same", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/reference/signatures.md"), "utf8");
  const shown = Object.fromEntries(
    [...page.matchAll(/^([a-z-]+): (.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const id = "sgn_01kb0n6v8yf1r9b1d7w3kq2c5e";
  const secret = "dss_q1Xn3cW8yPzT5vKf0sLrUe7hJ2mBa9gDo4iNtRx6kEw";
  const body = '{"hello": "world"}';
  const key = shown["idempotency-key"] ?? "";
  const headers = [["idempotency-key", key] as const];
  const request = {
    method: "POST",
    url: "https://shop.example/orders",
    headers,
    body,
    timeoutMs: 1,
    maxBytes: 1,
  };
  const sent = Object.fromEntries(
    signRequest(
      portsAt(startMs, { bytes: (count) => new Uint8Array(count).fill(7) }),
      [{ id, secret }],
      request,
    ).headers,
  );
  for (const [name, value] of Object.entries(sent)) assert.equal(shown[name], value, name);
  const folder = mkdtempSync(join(tmpdir(), "dispatched-verify-"));
  writeFileSync(join(folder, "body.json"), body);
  const script = page.slice(page.lastIndexOf("```sh") + 5, page.lastIndexOf("```"));
  const both = signRequest(portsAt(startMs, entropy), [{ id, secret }, old], request).headers;
  for (const { "signature-input": input, signature } of [sent, Object.fromEntries(both)]) {
    const env = { ...process.env, IDEMPOTENCY_KEY: key, SIGNING_SECRET: secret, SIGNATURE_INPUT: input };
    const done = spawnSync("sh", ["-c", script], { cwd: folder, env, encoding: "utf8" });
    assert.equal(`sig1=:${done.stdout.trim()}:`, signature?.split(", ")[0], done.stderr);
  }
  rmSync(folder, { recursive: true });
});
