// What goes wrong first: addresses, certificates and headers that are not right are told as what they are.

import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { testCertificate, testCertificateKey } from "../outbound/test-certificate.ts";
import { runCommand } from "../process/run-command.ts";

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
