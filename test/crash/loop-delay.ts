// Nobody on the loop waits for the disk: each commit is delayed by 200 ms, and the loop hardly notices.
//
// Usage: node test/crash/loop-delay.ts

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LedgerService } from "../process/ledger-service.ts";
import { startEngine } from "../process/start-engine.ts";

const p99MaxMs = 20;
const runs = 300;
const home = mkdtempSync(join(tmpdir(), "dispatched-loop-"));
const service = new LedgerService({ refuses: 0, slowestMs: 20 });
const address = await service.start();
const document = `
name: slow-disk
version: 1
triggers: [{type: http}]
defaults: {base_url: "${address}"}
steps:
  one: {request: {method: POST, url: /one}}
  two: {request: {method: POST, url: /two}, after: [one]}
`;
try {
  const engine = await startEngine(home, ["--commit-delay", "200"]);
  await engine.client.putWorkflow("slow-disk", document, "yaml");
  for (let batch = 0; batch < 10; batch++) {
    const started = Array.from({ length: runs / 10 }, () =>
      engine.client.startRun("slow-disk", { body: "{}" }),
    );
    const ids = await Promise.all(started);
    await Promise.all(ids.map(({ run }) => engine.client.getRun(run, 30)));
  }
  engine.child.kill("SIGTERM");
  await engine.ended;
  const said = /loop delay p99 ([\d.]+) ms.*/.exec(engine.output());
  console.log(`each commit delayed by 200 ms, ${runs} runs: ${said?.[0] ?? "no figure"}`);
  process.exitCode = said !== null && Number(said[1]) < p99MaxMs ? 0 : 1;
} finally {
  service.stop();
  rmSync(home, { recursive: true, force: true });
}
