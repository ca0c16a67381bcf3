// Between an append and the call that it announces lies a sync of the disk: shown by a trace of the system calls.
//
// Needs strace. Usage: node test/crash/sync-trace.ts

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LedgerService } from "../process/ledger-service.ts";
import { startEngine } from "../process/start-engine.ts";

const runs = 20;
const home = mkdtempSync(join(tmpdir(), "dispatched-trace-"));
const trace = join(home, "trace.txt");
const service = new LedgerService({ refuses: 0, slowestMs: 1 });
const address = await service.start();
const document = `
name: traced
version: 1
triggers: [{type: http}]
defaults: {base_url: "${address}"}
steps:
  one: {request: {method: POST, url: /one}}
  two: {request: {method: POST, url: /two}, after: [one]}
  three: {request: {method: POST, url: /three}, after: [two]}
`;

/** One run at a time, so that every call has its own append before it. */
async function play(): Promise<void> {
  const calls = "trace=fsync,fdatasync,write,writev,pwrite64,sendto,sendmsg";
  const strace = ["strace", "-f", "-s", "300", "-e", calls, "-o", trace];
  const engine = await startEngine(home, [], strace);
  await engine.client.putWorkflow("traced", document, "yaml");
  for (let run = 0; run < runs; run++) {
    const { run: id } = await engine.client.startRun("traced", { body: "{}" });
    await engine.client.getRun(id, 30);
  }
  const pid = Number(/^(\d+)/.exec(readFileSync(trace, "utf8"))?.[1]);
  process.kill(pid, "SIGTERM");
  await engine.ended;
}

interface Counted {
  outbound: number;
  unsynced: number;
  syncs: number;
}

/** Every call that leaves has a sync that ended after the call before it left. */
function judge(lines: readonly string[]): Counted {
  const counted: Counted = { outbound: 0, unsynced: 0, syncs: 0 };
  let synced = false;
  for (const line of lines) {
    const syncs = /\bf(?:data)?sync\(\d+\)\s+= 0|<\.\.\. f(?:data)?sync resumed>.*= 0/.test(line);
    if (syncs) {
      counted.syncs++;
      synced = true;
    }
    if (/(?:write|writev|sendto|sendmsg)\(.*POST \/(?:one|two|three) /.test(line)) {
      counted.outbound++;
      if (!synced) counted.unsynced++;
      synced = false;
    }
  }
  return counted;
}

try {
  await play();
  const { outbound, unsynced, syncs } = judge(readFileSync(trace, "utf8").split("\n"));
  console.log(`${outbound} calls left, ${syncs} syncs, ${unsynced} calls without a sync before them`);
  process.exitCode = outbound === runs * 3 && unsynced === 0 ? 0 : 1;
} finally {
  service.stop();
  rmSync(home, { recursive: true, force: true });
}
