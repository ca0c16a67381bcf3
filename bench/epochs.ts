// What an epoch of the engine's key costs on the SQLite store with many active runs: births, the turn, who waits meanwhile.
//
// Usage: node bench/epochs.ts [--runs N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { turnEpochs } from "../src/engine/turn-epochs.ts";
import type { AppendUnit } from "../src/ports/store.ts";
import { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { newRunId, newTenantId } from "../src/value/id.ts";
import { EngineKeys } from "../src/vault/engine-keys.ts";
import { EngineVault } from "../src/vault/engine-vault.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "100000" } } });
const runsCount = Number(values.runs);
const startAt = 1_750_000_000_000;
const day = 86_400_000;
const bytes = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const tenant = newTenantId(startAt, bytes(10));
const workflow = bytes(16);

const folder = mkdtempSync(join(tmpdir(), "dispatched-epochs-"));
const store = await SqliteStore.open(folder);
const keys = new EngineKeys({ epoch: 0, chain: bytes(32), integrity: bytes(32) }, () => {});
const vault = new EngineVault(keys);
vault.unlock(tenant, { generation: 1, sealKey: null, check: null }, bytes(32));
let now = startAt;
const wraps = { rewrapped: 0 };

function turn(): Promise<number> {
  const rewrap = ({ place, wrapped }: Parameters<Parameters<typeof turnEpochs>[0]["rewrap"]>[0]) => {
    wraps.rewrapped++;
    return vault.rewrapLive(place, wrapped);
  };
  return turnEpochs(
    { store: store.epochs, keys, rewrap, now: () => now },
    { node: "bench", retentionMs: day, isStopped: () => false },
  );
}

function unit(fence: number, live: boolean): AppendUnit {
  const run = newRunId(startAt, bytes(10));
  const { kept } = vault.createKey({ tenant, table: "run", column: "key", row: run, version: 0 }, { live });
  const summaries = [{ seq: 1, type: "run.created", step: null, at: startAt }];
  return {
    tenant,
    run,
    fence,
    expectedSeq: 0,
    birth: {
      ...kept,
      createdAt: startAt,
      attended: !live,
      card: bytes(110),
      workflow,
      version: 1,
      startKey: null,
      retentionMs: 1e12,
      root: null,
      labels: [],
    },
    batch: { firstSeq: 1, lastSeq: 1, summaries, sealed: bytes(600) },
    head: { status: "waiting", dueAt: null, held: false, doing: 0, endedAt: null, failure: null },
    extra: null,
  };
}

async function births(fence: number, count: number, live: boolean): Promise<readonly AppendUnit[]> {
  const all: AppendUnit[] = [];
  let spentMs = 0;
  for (let at = 0; at < count; at += 200) {
    const units = Array.from({ length: 200 }, () => unit(fence, live));
    const began = performance.now();
    const results = await store.append(units);
    spentMs += performance.now() - began;
    if (results.some(({ type }) => type !== "appended")) throw new Error(`not appended: ${results[0]?.type}`);
    all.push(...units);
  }
  const each = ((spentMs * 1_000) / count).toFixed(1);
  console.log(`${count} births ${live ? "with" : "without"} a wrap for the engine: ${each} µs each`);
  return all;
}

try {
  const fence = await store.openLease({ node: "bench", now, ttlMs: 10 * day });
  await turn();
  const place = { tenant, table: "definition", column: "key", row: "00", version: 1 } as const;
  const { kept } = vault.createKey(place, { live: true });
  const record = { tenant, name: workflow, version: 1, content: bytes(16), sealed: bytes(300) };
  await store.putDefinition({ ...record, ...kept, createdAt: now, names: [] });
  const definitions = [{ name: workflow, version: 1, key: kept.key, live: kept.live as Uint8Array }];
  await store.keepLive(tenant, { definitions, secrets: [] });
  await births(fence, runsCount, false);
  await births(fence, runsCount, true);
  let began = performance.now();
  await turn();
  console.log(`a look when there is nothing to do: ${(performance.now() - began).toFixed(2)} ms`);
  now += day;
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  let slowest = 0;
  let ended = false;
  const others = (async () => {
    while (!ended) {
      const asked = performance.now();
      const results = await store.append([unit(fence, false)]);
      if (results[0]?.type !== "appended") throw new Error("not appended");
      slowest = Math.max(slowest, performance.now() - asked);
    }
  })();
  began = performance.now();
  await turn();
  const tookMs = performance.now() - began;
  ended = true;
  await others;
  delays.disable();
  const each = ((tookMs * 1_000) / wraps.rewrapped).toFixed(0);
  console.log(
    `a turn that wraps ${wraps.rewrapped} keys anew: ${(tookMs / 1_000).toFixed(1)} s, ${each} µs each`,
  );
  console.log(
    `meanwhile the loop was held up ${(delays.max / 1e6).toFixed(0)} ms at most, an append took ${slowest.toFixed(0)} ms at most`,
  );
  const { epochs } = await store.epochs.readEpochs();
  console.log(
    `epochs: ${epochs.map(({ epoch, state }) => `${epoch} ${state}`).join(", ")}; oldest key ${keys.oldest}`,
  );
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}
