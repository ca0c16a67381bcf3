// A process that goes on with a rotation, reads random runs, children and events meanwhile, and says how far it is. Killed by the test.

import type { RunId } from "../../src/value/id.ts";
import { filledTenant, openFilled, readRun, readSomeEvents } from "../process/filled-tenant.ts";

const [folder = "", mode = "", ...runs] = process.argv.slice(2);
const filled = await openFilled(folder);
filled.rotations.start();
if ((await filled.row()).generation === 1) await filled.begin(mode === "deep");
let reads = 0;
for (;;) {
  const rotation = await filled.rotations.show(filledTenant);
  console.log(`at ${rotation?.done} of ${rotation?.records}, reads ${reads}`);
  if (rotation?.endedAt != null) break;
  const run = runs[Math.floor(Math.random() * runs.length)] as RunId;
  await readRun(filled.ports, run);
  await readSomeEvents(filled.ports);
  reads++;
  await new Promise((resolve) => setImmediate(resolve));
}
console.log("ended");
filled.rotations.stop();
await filled.close();
