// Calls of every operation with made input: `npm run api-calls [-- CALLS SEED]`, 20,000 by default.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allRoutes } from "../../src/server/routes/all-routes.ts";
import { startDev } from "../process/start-engine.ts";
import { callEverything } from "./call-everything.ts";
import { neverGood as excused } from "./good-input.ts";

const [wanted = 20_000, seed = 1] = process.argv.slice(2).map(Number);
const home = mkdtempSync(join(tmpdir(), "dispatched-calls-"));
const engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
const begun = performance.now();
const { calls, statuses, broken, neverGood } = await callEverything(
  engine,
  Math.ceil(wanted / allRoutes.length),
  seed,
).finally(() => engine.child.kill("SIGTERM"));
await engine.ended;
rmSync(home, { recursive: true, force: true });
for (const text of broken.slice(0, 20)) console.log(text);
const told = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
console.log(
  `${calls} calls in ${((performance.now() - begun) / 1_000).toFixed(1)} s, seed ${seed}; ${told.join(", ")}`,
);
console.log(`${broken.length} answers that are not as described`);
const missed = neverGood.filter((operation) => !Object.hasOwn(excused, operation));
for (const operation of missed) console.log(`${operation} never succeeded`);
process.exitCode = broken.length + missed.length === 0 ? 0 : 1;
