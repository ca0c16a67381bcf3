// Every operation answers made input as it is described, and never with an error of ours. `npm run api-calls` asks 20,000 times.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeOpenApi } from "../../src/server/open-api/write-open-api.ts";
import { allRoutes } from "../../src/server/routes/all-routes.ts";
import type { JsonObject } from "../../src/value/json.ts";
import { startDev } from "../process/start-engine.ts";
import { AnswerSchemas, callEverything } from "./call-everything.ts";
import { neverGood as excused } from "./good-input.ts";

test("some hundred calls of every operation are answered as described", async () => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-calls-"));
  const engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
  try {
    const { calls, statuses, broken, neverGood } = await callEverything(engine, 8, 1);
    assert.deepEqual(broken, []);
    assert.ok(calls > 300);
    // An operation is tried for nothing unless it is done at least once.
    assert.deepEqual([...neverGood].sort(), Object.keys(excused).sort(), JSON.stringify(neverGood));
    // It tests nothing unless much is taken and much is refused.
    const good = [...statuses].reduce((sum, [status, count]) => sum + (status < 300 ? count : 0), 0);
    assert.ok(good > calls / 5 && good < calls, JSON.stringify([...statuses]));
  } finally {
    engine.child.kill("SIGTERM");
    await engine.ended;
    rmSync(home, { recursive: true, force: true });
  }
});

test("an answer that is not as described is seen", () => {
  const schemas = new AnswerSchemas(writeOpenApi(allRoutes));
  const { paths } = writeOpenApi(allRoutes) as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  };
  const fault = (status: number, type: string, text: string) =>
    schemas.faultOf(
      paths["/api/session"]?.["get"] ?? {},
      new Response(null, { status, headers: { "content-type": type } }),
      text,
    );
  const time = "2026-01-31T00:00:00.000Z";
  const good = { tenant: "ten_1", created_at: time, expires_at: time, waited: null };
  const problem = { type: "/x", title: "x", status: 401, code: "unauthenticated", detail: "x" };
  assert.equal(fault(200, "application/json", JSON.stringify(good)), null);
  assert.equal(fault(401, "application/problem+json", JSON.stringify(problem)), null);
  for (const [status, type, body] of [
    [200, "application/json", { ...good, more: 1 }],
    [200, "application/json", { tenant: "ten_1" }],
    [200, "text/plain", good],
    [202, "application/json", good],
    [500, "application/problem+json", { ...problem, code: "internal" }],
    [401, "application/problem+json", { ...problem, code: "run_ended" }],
  ] as const) {
    assert.notEqual(fault(status, type, JSON.stringify(body)), null, `${status} ${type}`);
  }
});
