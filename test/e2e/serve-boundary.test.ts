// A server for tenants calls nothing on its own machine, unless its operator says so.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readConfiguration } from "../../src/app/configuration.ts";
import { openDispatched } from "../../src/app/open-dispatched.ts";
import { secondTenant } from "../process/second-tenant.ts";
import { ended } from "../process/until.ts";

test("a tenant's workflow reaches the server's machine only where its operator allows it", async () => {
  let called = 0;
  const inside = createServer((_, response) => {
    called += 1;
    response.end("{}");
  });
  await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/`;
  const home = mkdtempSync(join(tmpdir(), "dispatched-boundary-"));
  try {
    for (const ranges of ["", "127.0.0.0/8"]) {
      const env = { DISPATCHED_HOME: join(home, `at${ranges.length}`), DISPATCHED_ALLOWED_RANGES: ranges };
      const configuration = readConfiguration({ ...env, DISPATCHED_REGISTRATION: "open" }, { port: "0" });
      const server = await openDispatched(configuration, { log: { write() {} } });
      const { client } = await secondTenant(server.url);
      const step = `a: {request: {method: GET, url: "${url}"}}`;
      await client.putWorkflow(
        "in",
        `name: in\nversion: 1\ntriggers: [{type: http}]\nsteps: {${step}}\n`,
        "yaml",
      );
      const { run } = await client.startRun("in", { body: null });
      const { status, error } = await ended(client, run);
      await server.close();
      if (ranges === "") assert.deepEqual([status, error?.code, called], ["failed", "address_blocked", 0]);
      else assert.deepEqual([status, called], ["completed", 1]);
    }
    const wrong = { DISPATCHED_HOME: home, DISPATCHED_ALLOWED_RANGES: "10.0.0.1/8" };
    assert.throws(() => readConfiguration(wrong), { code: "invalid_configuration" });
  } finally {
    inside.close();
    rmSync(home, { recursive: true, force: true });
  }
});
