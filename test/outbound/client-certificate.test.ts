// Client certificates: shown to the service, never by a connection of calls without one, and refused when they are none.

import assert from "node:assert/strict";
import { createServer } from "node:https";
import { test } from "node:test";
import type { TLSSocket } from "node:tls";
import { UndiciCaller } from "../../src/outbound/undici-caller.ts";
import type { OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";
import { testCertificate, testCertificateKey } from "./test-certificate.ts";
import { withServer } from "./with-server.ts";

const shown = (outcome: OutboundOutcome) =>
  outcome.type === "response" ? new TextDecoder().decode(outcome.body) : [outcome.reason, outcome.sent];

test("a service sees the certificate of the calls that have one, and of no others", async () => {
  const server = createServer(
    { cert: testCertificate, key: testCertificateKey, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.end(subject === undefined ? "nobody" : String(subject.CN));
    },
  );
  await withServer(server, async ({ port }) => {
    const caller = new UndiciCaller({
      allowedRanges: ["127.0.0.0/8"],
      trustedCertificates: [testCertificate],
      resolveHost: (_host, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
    });
    const request: OutboundRequest = {
      method: "GET",
      url: `https://service.test:${port}/`,
      headers: [],
      body: null,
      timeoutMs: 5_000,
      maxBytes: 1_000,
    };
    const clientCertificate = { certificate: testCertificate, key: testCertificateKey };
    const ask = async (more: Partial<OutboundRequest>) =>
      shown(await caller.call({ ...request, ...more }).outcome);
    assert.equal(await ask({}), "nobody");
    assert.equal(await ask({ clientCertificate }), "service.test");
    assert.equal(await ask({}), "nobody");
    assert.equal(await ask({ clientCertificate }), "service.test");
    for (const bad of [
      { certificate: "none", key: testCertificateKey },
      { certificate: testCertificate, key: "none" },
      { certificate: "", key: "" },
    ]) {
      assert.deepEqual(await ask({ clientCertificate: bad }), ["certificate", false]);
    }
    await caller.close();
  });
});
