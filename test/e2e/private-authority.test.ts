// A service with a certificate of a private authority: called where the server is told to trust it, and told as such where it is not.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { TLSSocket } from "node:tls";
import type { RunResource } from "../../src/client/resources.ts";
import { localhostCertificate, localhostCertificateKey } from "../outbound/test-certificate.ts";
import { startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

async function callService(t: TestContext, env: Readonly<Record<string, string>>): Promise<RunResource> {
  const options = { requestCert: true, rejectUnauthorized: false };
  const server = createServer(
    { cert: localhostCertificate, key: localhostCertificateKey, ...options },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.setHeader("content-type", "application/json").end(JSON.stringify({ caller: subject?.CN }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const home = mkdtempSync(join(tmpdir(), "dispatched-authority-"));
  const engine = await startDev(home, env);
  t.after(async () => {
    engine.child.kill("SIGTERM");
    await engine.ended;
    server.closeAllConnections();
    server.close();
    rmSync(home, { recursive: true, force: true });
  });
  await engine.client.putSecret("CERT", localhostCertificate);
  await engine.client.putSecret("CERT_KEY", localhostCertificateKey);
  const auth = `{type: mtls, certificate: "{{ secrets.CERT }}", key: "{{ secrets.CERT_KEY }}"}`;
  const step = `{request: {method: GET, url: "https://localhost:${port}/", auth: ${auth}}}`;
  const text = `name: calls\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: ${step}}\noutput: "{{ steps.a.output }}"`;
  await engine.client.putWorkflow("calls", text, "yaml");
  const { run } = await engine.client.startRun("calls", { body: "null" });
  return ended(engine.client, run);
}

test("without NODE_EXTRA_CA_CERTS the failure names it", async (t) => {
  const { status, error } = await callService(t, { NODE_EXTRA_CA_CERTS: "" });
  assert.deepEqual([status, error?.code], ["failed", "network"]);
  assert.match(error?.message ?? "", /^connect DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/);
});

test("with it the service is called, by mutual TLS as well", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-authority-file-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "authority.pem");
  writeFileSync(file, localhostCertificate);
  const { status, output } = await callService(t, { NODE_EXTRA_CA_CERTS: file });
  assert.deepEqual([status, output], ["completed", { caller: "localhost" }]);
});
