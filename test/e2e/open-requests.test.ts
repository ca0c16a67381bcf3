// One session that opens streams without end keeps nobody out: the real server refuses it, says so, and has room again.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { limits } from "../../src/value/limits.ts";
import { secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-open-requests-"));
const together = 250;
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

/** A stream, and the head of its answer. */
async function openStream(): Promise<{ readonly socket: Socket; readonly head: string }> {
  const { hostname, port } = new URL(engine.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(
    `GET /api/deliveries HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ndispatched-session: ${engine.token}\r\n\r\n`,
  );
  const [head] = (await once(socket, "data")) as [Buffer];
  return { socket, head: head.toString() };
}

test("streams beyond what a tenant may have open are refused, others are served, and those that end make room", async () => {
  const other = await secondTenant(engine.url);
  const streams: Awaited<ReturnType<typeof openStream>>[] = [];
  const isRefused = ({ head }: { readonly head: string }) => !head.startsWith("HTTP/1.1 200 ");
  // Some may end on a machine that is busy: then there is room for others.
  while (!streams.some(isRefused) && streams.length < 2 * limits.open_requests)
    streams.push(...(await Promise.all(Array.from({ length: together }, openStream))));
  try {
    const [refused] = streams.filter(isRefused);
    assert.ok(streams.filter((one) => !isRefused(one)).length >= limits.open_requests);
    assert.match(
      refused?.head ?? "",
      /^HTTP\/1\.1 429 [\s\S]*retry-after: 5[\s\S]*"code":"too_many_open_requests"/i,
    );
    assert.equal((await fetch(`${engine.url}/healthz`)).status, 200);
    assert.deepEqual((await other.client.listRuns()).runs, [], "another tenant is served");
  } finally {
    for (const { socket } of streams) socket.destroy();
  }
  // The server hears of closed connections in its own time.
  for (let tries = 0; ; tries++) {
    const { head, socket } = await openStream();
    socket.destroy();
    if (!isRefused({ head })) break;
    assert.ok(tries < 200, head);
    await pause(50);
  }
});
