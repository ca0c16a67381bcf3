// A rotation is killed in its middle, over and over, and gone on with: it ends, nothing is unreadable at any moment, and the
// old key then opens nothing.
//
// Usage: node test/crash/rotation.ts [--records N] [--kills N] [--deep]

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { keyPlaceOf, wrappedKeyOf } from "../../src/engine/record-keys.ts";
import type { KeptRecord } from "../../src/ports/key-store.ts";
import type { Vault } from "../../src/ports/vault.ts";
import { fill, filledTenant, openFilled, readRun, vaultOf, wrappingKeys } from "../process/filled-tenant.ts";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "2000" },
    kills: { type: "string", default: "3" },
    deep: { type: "boolean", default: false },
  },
});
const [records, kills] = [Number(values.records), Number(values.kills)];
const folder = mkdtempSync(join(tmpdir(), "dispatched-rotation-"));

/** Runs until it has come as far as `share` of the records, or to the end. */
function rotate(
  runs: readonly string[],
  share: number,
): Promise<{ readonly ended: boolean; readonly reads: number }> {
  const script = join(import.meta.dirname, "rotation-process.ts");
  const child = spawn(process.execPath, [script, folder, values.deep ? "deep" : "plain", ...runs], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
    const last = [...text.matchAll(/^at (\d+) of (\d+)/gm)].at(-1);
    if (last !== undefined && Number(last[1]) >= share * Number(last[2])) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      const reads = Number([...text.matchAll(/reads (\d+)$/gm)].at(-1)?.[1] ?? 0);
      const ended = text.endsWith("ended\n");
      if (ended || signal === "SIGKILL") resolve({ ended, reads });
      else reject(new Error(`the process ended with ${code}: a record was unreadable, or worse`));
    });
  });
}

/** How many of the records the vault opens. */
function opened(vault: Vault, all: readonly KeptRecord[]): number {
  return all.filter((record) => {
    try {
      vault.unwrapKey(keyPlaceOf(filledTenant, record), { key: wrappedKeyOf(record), live: null });
      return true;
    } catch {
      return false;
    }
  }).length;
}

async function listAll(): Promise<readonly KeptRecord[]> {
  const filled = await openFilled(folder);
  const { keys } = filled.ports.store;
  const all: KeptRecord[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof keys.list>> = await keys.list(filledTenant, cursor, 1_000, false);
    all.push(...page.rows);
    cursor = page.next;
    if (cursor === null) break;
  }
  await filled.close();
  return all;
}

function signedIn(generation: 1 | 2): Vault {
  const vault = vaultOf();
  vault.unlock(
    filledTenant,
    { generation, sealKey: null, check: null },
    wrappingKeys[generation - 1] ?? new Uint8Array(0),
  );
  return vault;
}

try {
  const first = await openFilled(folder);
  await fill(first, records);
  const runs = [...first.runs, ...first.children];
  await first.close();
  const some = runs.filter((_, index) => index % Math.ceil(runs.length / 500) === 0);
  let reads = 0;
  let killed = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const result = await rotate(some, kill / (kills + 1));
    reads += result.reads;
    if (!result.ended) killed++;
  }
  const last = await rotate(some, 2);
  reads += last.reads;
  const all = await listAll();
  const [byNew, byOld] = [opened(signedIn(2), all), opened(signedIn(1), all)];
  const filled = await openFilled(folder);
  for (const run of runs) await readRun(filled.ports, run);
  const rotation = await filled.rotations.show(filledTenant);
  await filled.close();
  console.log(
    `${all.length} records, ${killed} kills, ${reads} reads meanwhile: ${byNew} open by the new key, ${byOld} by the old one`,
  );
  const good = last.ended && rotation?.endedAt != null && killed > 0 && reads > 0;
  if (!good || byNew !== all.length || byOld !== 0 || all.length !== records) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
