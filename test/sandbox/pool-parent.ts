// A process with a sandbox: evaluates once, says which processes it has, and stays only when it is told so.

import { readFileSync } from "node:fs";
import { SandboxPool } from "../../src/sandbox/sandbox-pool.ts";
import type { TenantId } from "../../src/value/id.ts";

const tenant = "ten_1" as TenantId;
const pool = new SandboxPool({ size: 1, timeoutMs: 60_000 });
const results = await pool.evaluate(tenant, [{ lang: "lua", source: "return 1 + 1", context: {}, now: 0 }]);
const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
  .trim()
  .split(" ")
  .map(Number);
console.log(JSON.stringify({ results, children }));
// An evaluation under way keeps this process alive, longer than the test needs.
if (process.argv[2] === "stay") {
  await pool.evaluate(tenant, [{ lang: "lua", source: "while true do end", context: {}, now: 0 }]);
}
