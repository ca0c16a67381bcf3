// What the SQLite store costs: appends alone and grouped, bytes a workflow, claims and lists among many runs.
//
// Usage: node bench/store.ts [--runs N]

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { AppendUnit, EventBatch, Fence } from "../src/ports/store.ts";
import { runStatuses } from "../src/run/status.ts";
import { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { newRunId, newTenantId, type TenantId } from "../src/value/id.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "100000" } } });
const runsCount = Number(values.runs);
const epoch = 1_750_000_000_000;
const tenant: TenantId = newTenantId(epoch, new Uint8Array(10));
const bytes = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const workflows = Array.from({ length: 10 }, () => bytes(16));
const labels = Array.from({ length: 1_000 }, () => bytes(16));
const sealedBytes = 600;

function birth(fence: Fence, number: number, head: Partial<AppendUnit["head"]> = {}): AppendUnit {
  const createdAt = epoch + number;
  return {
    tenant,
    run: newRunId(createdAt, bytes(10)),
    fence,
    expectedSeq: 0,
    birth: {
      createdAt,
      key: bytes(77),
      live: null,
      attended: false,
      card: bytes(110),
      workflow: workflows[number % 10] as Uint8Array,
      version: 1,
      startKey: null,
      retentionMs: 1e12,
      root: null,
      labels: [labels[number % 1_000] as Uint8Array],
    },
    batch: batch(0, 3),
    head: { status: "running", dueAt: 0, held: true, doing: 0, endedAt: null, failure: null, ...head },
    extra: null,
  };
}

function batch(afterSeq: number, count: number): EventBatch {
  const summaries = Array.from({ length: count }, (_, index) => ({
    seq: afterSeq + index + 1,
    type: index === 0 ? "step.succeeded" : "step.started",
    step: index,
    at: epoch + afterSeq,
  }));
  return { firstSeq: afterSeq + 1, lastSeq: afterSeq + count, summaries, sealed: bytes(sealedBytes) };
}

function after(unit: AppendUnit, ended: boolean): AppendUnit {
  const { tenant, run, fence } = unit;
  const lastSeq = unit.batch?.lastSeq ?? unit.expectedSeq;
  const head: AppendUnit["head"] = ended
    ? { status: "completed", dueAt: null, held: false, doing: 0, endedAt: epoch, failure: null }
    : unit.head;
  return {
    tenant,
    run,
    fence,
    expectedSeq: lastSeq,
    birth: null,
    batch: batch(lastSeq, 2),
    head,
    extra: null,
  };
}

async function timed(
  name: string,
  count: number,
  what: string,
  action: () => Promise<unknown>,
): Promise<void> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await action();
  const spentMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const rate = Math.round((count / spentMs) * 1000);
  const cpuUs = ((user + system) / count).toFixed(1);
  console.log(`${name.padEnd(46)} ${`${rate} ${what}/s`.padStart(20)}   ${cpuUs} µs CPU each`);
}

async function timeEach(
  name: string,
  count: number,
  action: (index: number) => Promise<unknown>,
): Promise<void> {
  const spentMs: number[] = [];
  for (let index = 0; index < count; index++) {
    const began = performance.now();
    await action(index);
    spentMs.push(performance.now() - began);
  }
  spentMs.sort((a, b) => a - b);
  const at = (part: number) => (spentMs[Math.floor(spentMs.length * part)] ?? 0).toFixed(2).padStart(8);
  console.log(`${name.padEnd(46)} p50 ${at(0.5)} ms   max ${at(0.999)} ms`);
}

function storedBytes(folder: string): number {
  return statSync(join(folder, "dispatched.db")).size;
}

async function appends(store: SqliteStore, fence: Fence): Promise<void> {
  const single = Array.from({ length: 2_000 }, (_, number) => birth(fence, number));
  await timed("append, one unit a time", single.length, "units", async () => {
    for (const unit of single) await store.append([unit]);
  });
  for (const size of [10, 64, 1_000]) {
    let units = Array.from({ length: 12_000 }, (_, number) => birth(fence, number));
    for (const turn of [1, 2, 3, 4]) {
      const turned = units;
      await timed(`append ${turn} of 4, ${size} units a time`, units.length, "units", async () => {
        for (let at = 0; at < turned.length; at += size) await store.append(turned.slice(at, at + size));
      });
      units = turned.map((unit) => after(unit, turn === 3));
    }
  }
}

async function bytesOfWorkflow(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
  const store = await SqliteStore.open(folder);
  const fence = await store.openLease({ node: "bench", now: epoch, ttlMs: 1e9 });
  const count = 20_000;
  // 64 in flight, each turn of all in one append, as under load.
  for (let at = 0; at < count; at += 64) {
    let units = Array.from({ length: 64 }, (_, index) => birth(fence, at + index));
    for (let turn = 1; turn <= 4; turn++) {
      await store.append(units);
      units = units.map((unit) => after(unit, turn === 3));
    }
  }
  await store.close();
  const each = storedBytes(folder) / count;
  const sealed = 4 * sealedBytes + 77 + 110;
  console.log(
    `bytes a workflow of 4 appends: ${Math.round(each)}; sealed ${sealed}, rest ${Math.round(each - sealed)}`,
  );
  rmSync(folder, { recursive: true });
}

async function many(store: SqliteStore, fence: Fence): Promise<Fence> {
  const parked = { status: "waiting", held: false } as const;
  await timed(`park ${runsCount} runs`, runsCount, "units", async () => {
    for (let at = 0; at < runsCount; at += 1_000) {
      const units = Array.from({ length: 1_000 }, (_, index) => {
        const number = at + index;
        if (number % 100 === 0) {
          return birth(fence, number, {
            status: "completed",
            dueAt: null,
            held: false,
            doing: 0,
            endedAt: epoch,
          });
        }
        if (number % 10_000 === 1) {
          return birth(fence, number, {
            status: "failed",
            dueAt: null,
            held: false,
            doing: 0,
            endedAt: epoch,
          });
        }
        return birth(fence, number, { ...parked, dueAt: epoch + 1_000_000 + ((number * 7919) % runsCount) });
      });
      await store.append(units);
    }
  });
  await timeEach("claim, nothing due", 200, () => store.claim(fence, epoch, 64));
  await timeEach("claim 64 due", 100, () => store.claim(fence, epoch + 1_000_000 + runsCount, 64));
  const next = await store.openLease({ node: "bench", now: epoch, ttlMs: 1e9 });
  await timeEach("claim 64 that a dead lease held", 50, () => store.claim(next, epoch + 2e6 + runsCount, 64));
  await timeEach("nextDueAt", 200, () => store.nextDueAt());
  return next;
}

async function lists(store: SqliteStore): Promise<void> {
  const page = async (name: string, filter: Parameters<SqliteStore["listRuns"]>[1]) => {
    const { rows } = await store.listRuns(tenant, filter, null, 50);
    await timeEach(`list ${name} (${rows.length} rows)`, 20, () => store.listRuns(tenant, filter, null, 50));
  };
  const [workflow, label] = [workflows[1] as Uint8Array, labels[1] as Uint8Array];
  await page("all", {});
  await page("status failed (rare)", { statuses: ["failed"] });
  await page("status queued (none)", { statuses: ["queued"] });
  await page("two statuses, both rare", { statuses: ["failed", "cancelled"] });
  await page("all statuses", { statuses: [...runStatuses] });
  await page("workflow", { workflow });
  await page("workflow and rare status", { workflow, statuses: ["failed"] });
  await page("workflow and no such status", { workflow, statuses: ["paused"] });
  await page("label", { label });
  await page("label and status", { label, statuses: ["failed"] });
  await page("label and another workflow", { label, workflow: workflows[2] as Uint8Array });
  await page("created in the middle", { createdTo: epoch + runsCount / 2 });
  await page("created early", { createdTo: epoch + runsCount / 1_000 });
  await page("created after all", { createdFrom: epoch + 1e9 });
  await page("rare status, created in the middle", {
    statuses: ["failed"],
    createdTo: epoch + runsCount / 2,
  });
}

async function loopDelay(store: SqliteStore, fence: Fence): Promise<void> {
  let worstMs = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    worstMs = Math.max(worstMs, performance.now() - last - 1);
    last = performance.now();
  }, 1);
  for (let round = 0; round < 50; round++) {
    await store.append(Array.from({ length: 64 }, (_, number) => birth(fence, number)));
  }
  clearInterval(ticking);
  console.log(`worst delay of the loop while 64 units a time are appended: ${worstMs.toFixed(1)} ms`);
}

const folder = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
const opened = performance.now();
const store = await SqliteStore.open(folder);
console.log(`open a new store: ${(performance.now() - opened).toFixed(0)} ms`);
const fence = await store.openLease({ node: "bench", now: epoch, ttlMs: 1e9 });
await appends(store, fence);
await bytesOfWorkflow();
const next = await many(store, fence);
await lists(store);
await loopDelay(store, next);
await store.close();
console.log(
  `bytes of the whole: ${storedBytes(folder)}; resident ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
);
rmSync(folder, { recursive: true });
