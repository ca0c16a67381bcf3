// The real server in a process of its own, which collects its garbage when it is told to.
//
// Usage: node --expose-gc test/claim/server-process.ts; each line on standard input collects

import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { readConfiguration } from "../../src/app/configuration.ts";
import { LineLog } from "../../src/app/line-log.ts";
import { openDispatched } from "../../src/app/open-dispatched.ts";

declare const gc: () => void;

const dispatched = await openDispatched(
  readConfiguration({ ...process.env, DISPATCHED_ALLOWED_RANGES: "127.0.0.0/8" }, { port: "0" }),
  {
    log: new LineLog("warn"),
  },
);
console.log(`ready ${dispatched.url}`);
process.on("SIGTERM", () => void dispatched.close().then(() => process.exit(0)));
createInterface({ input: process.stdin }).on("line", async () => {
  // What one collection frees, finalizers of the next may free the rest of.
  for (let round = 0; round < 5; round++) {
    gc();
    await pause(20);
  }
  console.log("collected");
});
