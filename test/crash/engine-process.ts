// The real engine in a process of its own, with what tests change: where it dies, how slow its disk is.
//
// Usage: node test/crash/engine-process.ts [--crash POINT:N] [--commit-delay MS] [--epoch MS] [--alone]

import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { readConfiguration } from "../../src/app/configuration.ts";
import { LineLog } from "../../src/app/line-log.ts";
import { openDispatched } from "../../src/app/open-dispatched.ts";
import { openLocal } from "../../src/app/open-local.ts";
import { runUntilStopped } from "../../src/cli/run-until-stopped.ts";
import { loopbackRanges } from "../../src/outbound/address-guard.ts";
import type { SqliteOptions } from "../../src/store/sqlite/sqlite-store.ts";

const { values } = parseArgs({
  options: {
    crash: { type: "string" },
    "commit-delay": { type: "string" },
    // How long an epoch of the engine's key is current: shorter than may be set.
    epoch: { type: "string" },
    // Nobody signs in.
    alone: { type: "boolean", default: false },
  },
});

function storeOptions(): SqliteOptions {
  const [point, after] = (values.crash ?? "").split(":");
  const crash =
    point === "before_commit" || point === "after_commit" || point === "unknown_commit"
      ? { crash: { point, after: Number(after) } as const }
      : {};
  const delay = values["commit-delay"];
  return { ...crash, ...(delay === undefined ? {} : { commitDelayMs: Number(delay) }) };
}

const configuration = readConfiguration(process.env, { port: "0" });
const epochRetentionMs = values.epoch === undefined ? configuration.epochRetentionMs : Number(values.epoch);
const open = values.alone ? openDispatched : openLocal;
const delays = monitorEventLoopDelay({ resolution: 1 });
process.on("SIGTERM", () => {
  delays.disable();
  console.log(
    `loop delay p99 ${(delays.percentile(99) / 1e6).toFixed(1)} ms, max ${(delays.max / 1e6).toFixed(1)} ms`,
  );
});
process.exitCode = await runUntilStopped(async (onFenced) => {
  const dispatched = await open(
    { ...configuration, epochRetentionMs, allowedRanges: loopbackRanges },
    { log: new LineLog("warn"), store: storeOptions(), onFenced },
  );
  console.log(`ready ${dispatched.url}`);
  setTimeout(() => delays.enable(), 500);
  return dispatched;
});
