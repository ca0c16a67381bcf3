// What goes wrong first: addresses, certificates and headers that are not right are told as what they are.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { testCertificate, testCertificateKey } from "../outbound/test-certificate.ts";
import { runCommand, startCommand } from "../process/run-command.ts";
import { root } from "../tidy/source-files.ts";

const nowhere = join(tmpdir(), "dispatched-nobody");

async function listening(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const at = (url: string) => ({ env: { DISPATCHED_URL: url, DISPATCHED_TOKEN: "dst_sess_x" } });

test("an address without http is told with the one that is meant", async () => {
  const told = /"localhost:4000" is no address of a server.*usage\n.*such as http:\/\/localhost:4000\n/;
  const init = await runCommand(nowhere, ["init", "--url", "localhost:4000"]);
  const status = await runCommand(nowhere, ["status"], at("localhost:4000"));
  const device = {
    ...{ DISPATCHED_URL: "localhost:4000", DISPATCHED_TENANT: "ten_x", DISPATCHED_API_KEY: "x" },
    ...{ DISPATCHED_PRIVATE_KEY: "x", DISPATCHED_SERVER_KEY: "x" },
  };
  const token = await runCommand(nowhere, ["token"], { env: device });
  for (const { code, err } of [init, status, token]) {
    assert.equal(code, 2, err);
    assert.match(err, told);
  }
});

test("a path behind the server's address is not dropped without a word", async () => {
  const { code, err } = await runCommand(nowhere, ["init", "--url", "https://flows.example/prefix"]);
  assert.equal(code, 2, err);
  assert.match(err, /^error a server stands at the root of its host.*: https:\/\/flows\.example {2}usage\n/);
});

test("a certificate that is not trusted, a redirect, and http in the place of https are told as such", async (t) => {
  const options = { cert: testCertificate, key: testCertificateKey };
  const answer: RequestListener = (_, response) => response.writeHead(301, { location: "https://x/" }).end();
  const secure = await listening(t, createSecureServer(options, answer));
  const plain = await listening(t, createServer(answer));
  for (const [url, why] of [
    [`https://127.0.0.1:${secure}`, /self-signed certificate.*\(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    [`http://127.0.0.1:${plain}`, /unexpected redirect/],
    [`https://127.0.0.1:${plain}`, /wrong version number \(ERR_SSL_WRONG_VERSION_NUMBER\)/],
  ] as const) {
    const { code, err } = await runCommand(nowhere, ["workflow", "list"], at(url));
    assert.equal(code, 8, err);
    assert.match(err, new RegExp(`error ${url} cannot be used: .*${why.source}`));
  }
});

test("a value that no header may have is told, and not that nothing answers", async () => {
  const args = ["run", "good", "--idempotency-key", "ключ"];
  const { code, err } = await runCommand(nowhere, args, at("http://127.0.0.1:4000"));
  assert.equal(code, 2, err);
  assert.match(err, /^error the header idempotency-key cannot have this value/);
});

test("listen shows a whole number of deliveries, from 1", async () => {
  for (const count of ["0", "1.5"]) {
    const { code, err } = await runCommand(
      nowhere,
      ["listen", "--count", count],
      at("http://127.0.0.1:4000"),
    );
    assert.deepEqual([code, /--count is a whole number from 1/.test(err)], [2, true], err);
  }
});

test("--json among the words to be completed is not that of the completion", async () => {
  const words = ["runs", "list", "--json", "--st"];
  assert.equal((await runCommand(nowhere, ["completion", "bash", "--", ...words])).out, "--status\n");
  const asked = await runCommand(nowhere, ["completion", "bash", "--json", "--", ...words]);
  assert.deepEqual(JSON.parse(asked.out), { candidates: ["--status"] });
});

test("a body that is empty or no JSON starts nothing, and is shown where it is wrong", async () => {
  const lines = [
    ["run", "good"],
    ["runs", "signal", "run_x", "go"],
    ["runs", "rerun", "run_x"],
  ];
  for (const line of lines) {
    const empty = await runCommand(nowhere, [...line, "--body", ""], at("http://127.0.0.1:9"));
    assert.equal(empty.code, 2, empty.err);
    assert.match(
      empty.err,
      /^error --body is empty, and --body takes JSON {2}usage\n {2}next {2}`--body null`/,
    );
  }
  const { code, err } = await runCommand(
    nowhere,
    ["run", "good", "--body", '{\n  "a" 1}'],
    at("http://127.0.0.1:9"),
  );
  assert.equal(code, 2, err);
  assert.match(err, /^error --body is no JSON: .* \(line 2, column 7\) {2}invalid_json\n/);
  assert.match(err, /\n {4}2 \| {3}"a" 1}\n {6}\| {7}\^\n/);
  const word = await runCommand(nowhere, ["run", "good", "--body", "Ann"], at("http://127.0.0.1:9"));
  assert.match(word.err, /--body '"Ann"'/);
  const none = ["event", "send", "--type", "a", "--source", "/b", "--data", "-", "--json"];
  const data = await runCommand(nowhere, none, { ...at("http://127.0.0.1:9"), input: "" });
  assert.deepEqual([data.code, JSON.parse(data.err).error.code], [2, "usage"]);
  assert.match(data.err, /standard input is empty/);
});

test("a file that is none is told as what it is, with what may be meant", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-files-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "order.json"), "1");
  const order = join(folder, "order.json");
  for (const [line, told] of [
    [
      ["run", "good", "--body", `@${folder}/ordre.json`],
      /there is no file \S+ordre\.json .*\n.*did you mean `\S+order\.json`/,
    ],
    [["run", "good", "--body", "@"], /a file without a name cannot be read/],
    [
      ["workflow", "validate", `${folder}/none/a.yaml`],
      /there is no file .*\n.*there is no folder \S+none either/,
    ],
    [
      ["workflow", "validate", folder],
      /is a folder, and no file .*\n.*`dispatched apply \S+` stores what a folder holds/,
    ],
    [["run", "good", "--body", `@${folder}`], /is a folder, and no file/],
    [
      ["apply", order],
      /order\.json is no folder .*\n.*`dispatched workflow put \S+order\.json` stores one file/,
    ],
    [["apply", `${folder}/none`], /there is no folder \S+none/],
    [["key", "generate", "--out", order], /order\.json is there already/],
    [
      ["key", "generate", "--out", `${folder}/none/a`],
      /cannot be made \(ENOENT\) .*\n.*in a folder that is there/,
    ],
  ] as const) {
    const { code, err } = await runCommand(nowhere, line, at("http://127.0.0.1:9"));
    assert.equal(code, 2, err);
    assert.match(err, told);
  }
});

test("dev says that a folder of workflows that was named is not there", async (t) => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-astray-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const dev = startCommand(home, ["dev", "--port", "0", "--workflows", join(home, "none")]);
  try {
    await dev.says(/^there is no folder \S+none: what it holds is stored once it is there$/m);
  } finally {
    dev.child.kill("SIGTERM");
    await dev.done;
  }
});

test("the mistake on the command line's page is told as the page says", async () => {
  const page = readFileSync(join(root, "docs/reference/cli.md"), "utf8");
  const [typed = "", told] = [...page.matchAll(/```(?:sh|text)\n([\s\S]*?\n)```/g)]
    .slice(-2)
    .map(([, text]) => text);
  const { code, out, err } = await runCommand(nowhere, typed.trim().split(" ").slice(1));
  assert.deepEqual([code, out, err], [2, "", told]);
});
