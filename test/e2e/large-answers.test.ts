// Services answer as much as they may, made to be read slowly, and the node goes on with all else.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { limits } from "../../src/value/limits.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-large-"));
/** Escapes of three encodings, within each other wherever they are taken off in another order. */
const bytes = Buffer.from("%41\\u0041&#65;".repeat(limits.response_body_bytes / 14));
const service = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": (request.url ?? "").slice(1) }).end(bytes);
  });
});
let address = "";
let engine: EngineUnderTest;

before(async () => {
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  engine = await startDev(home);
  await engine.client.putSecret("KEY", "sk_live_0123456789abcdef");
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.closeAllConnections();
  service.close();
  rmSync(home, { recursive: true, force: true });
});

/** The longest that the node did not answer, and how long it was asked, in milliseconds. */
async function silence(
  url: string,
  work: () => Promise<void>,
): Promise<{ readonly longest: number; readonly all: number }> {
  let over = false;
  const began = performance.now();
  const working = work().finally(() => {
    over = true;
  });
  let longest = 0;
  while (!over) {
    const asked = performance.now();
    const answer = await fetch(`${url}/healthz`);
    await answer.text();
    assert.equal(answer.status, 200);
    longest = Math.max(longest, performance.now() - asked);
  }
  await working;
  return { longest, all: performance.now() - began };
}

for (const type of ["text/plain", "application/octet-stream"]) {
  test(`four answers of 5 MiB of escapes, ${type}, keep the node silent for a small part of their time`, async (t) => {
    const name = `large-${type.replace(/\W/g, "-")}`;
    const step = `{request: {method: GET, url: "${address}/${type}", headers: {x-key: "{{ secrets.KEY }}"}}}`;
    const steps = Array.from({ length: 4 }, (_, place) => `s${place}: ${step}`);
    await engine.client.putWorkflow(
      name,
      `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps: {${steps.join(", ")}}\noutput: "done"`,
      "yaml",
    );
    const { longest, all } = await silence(engine.url, async () => {
      const { run } = await engine.client.startRun(name, { body: "{}" });
      const { status, error } = await ended(engine.client, run);
      assert.equal(status, "completed", JSON.stringify(error));
    });
    t.diagnostic(`silent for ${Math.round(longest)} ms at most of ${Math.round(all)}`);
    assert.ok(longest < all / 6, `silent for ${longest} ms of ${all}`);
  });
}
