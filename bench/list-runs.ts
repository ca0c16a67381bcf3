// The list of runs among many: first and tenth page of each documented filter, and of combinations.
//
// Usage: node bench/list-runs.ts [--runs N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { AppendUnit, Fence, RunFilter } from "../src/ports/store.ts";
import { doings } from "../src/run/doing.ts";
import { type RunStatus, runStatuses } from "../src/run/status.ts";
import { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { newRunId, newTenantId } from "../src/value/id.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "1000000" } } });
const runs = Number(values.runs);
const epoch = 1_750_000_000_000;
const pageRows = 50;
const rounds = 5;
const targetMs = 20;
const bytes = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const tenant = newTenantId(epoch, new Uint8Array(10));
const workflows = Array.from({ length: 10 }, () => bytes(16));
/** One that nearly every run has, one of a thousand, one of a few runs. */
const [common, rare] = [bytes(16), bytes(16)];
const some = Array.from({ length: 1_000 }, () => bytes(16));
const card = bytes(110);
const sealed = bytes(200);

/** Most have completed, some failed; a tenth goes on, and does one thing or another. */
function unitOf(fence: Fence, number: number): AppendUnit {
  const live = number % 10 === 0;
  const status: RunStatus = live
    ? ((["running", "waiting", "paused", "compensating"] as const)[(number / 10) % 4] ?? "running")
    : number % 50 === 1
      ? "failed"
      : "completed";
  const doing = live && number % 20 === 0 ? 1 << ((number / 20) % doings.length) : 0;
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
      card,
      workflow: workflows[number % 7 === 0 ? 1 : 0] as Uint8Array,
      version: 1,
      startKey: null,
      retentionMs: 1e12,
      root: null,
      labels: [common, some[number % 1_000] as Uint8Array, ...(number % 100_000 === 10 ? [rare] : [])],
    },
    batch: {
      firstSeq: 1,
      lastSeq: 1,
      summaries: [{ seq: 1, type: "run.created", step: null, at: createdAt }],
      sealed,
    },
    head: { status, dueAt: null, held: false, doing, endedAt: live ? null : createdAt, failure: null },
    extra: null,
  };
}

const hash = (list: readonly Uint8Array[], index: number) => list[index] as Uint8Array;
const middle = epoch + Math.floor(runs / 2);
const filters: Readonly<Record<string, RunFilter>> = {
  "no filter": {},
  "workflow of most": { workflow: hash(workflows, 0) },
  "workflow of a seventh": { workflow: hash(workflows, 1) },
  "workflow of none": { workflow: hash(workflows, 9) },
  ...Object.fromEntries(runStatuses.map((status) => [`status ${status}`, { statuses: [status] }])),
  "three statuses": { statuses: ["failed", "cancelled", "timed_out"] },
  "label of all": { label: common },
  "label of a thousandth": { label: hash(some, 10) },
  "label of a few": { label: rare },
  "from the middle": { createdFrom: middle },
  "to the middle": { createdTo: middle },
  ...Object.fromEntries(doings.map((doing, kind) => [`doing ${doing}`, { doing: 1 << kind }])),
  "doing anything": { doing: 63 },
  overdue: { overdueAt: epoch },
  "workflow and status": { workflow: hash(workflows, 1), statuses: ["failed"] },
  "workflow and doing": { workflow: hash(workflows, 1), doing: 2 },
  "workflow and label of a few": { workflow: hash(workflows, 1), label: rare },
  "workflow and label of all": { workflow: hash(workflows, 1), label: common },
  "label of all and status": { label: common, statuses: ["failed"] },
  "label of all and doing": { label: common, doing: 2 },
  "label of all, status and doing": { label: common, statuses: ["waiting"], doing: 2 },
  "label of a thousandth and doing": { label: hash(some, 20), doing: 2 },
  "label, status and time": { label: hash(some, 1), statuses: ["failed"], createdFrom: middle },
  "workflow, status, doing and time": {
    workflow: hash(workflows, 0),
    statuses: ["waiting"],
    doing: 2,
    createdTo: middle,
  },
};

async function measure(store: SqliteStore, filter: RunFilter, cursor: string | null) {
  const times: number[] = [];
  let next: string | null = null;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    ({ next } = await store.listRuns(tenant, filter, cursor, pageRows));
    times.push(performance.now() - begun);
  }
  return { ms: times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0, next };
}

const folder = mkdtempSync(join(tmpdir(), "dispatched-list-"));
const store = await SqliteStore.open(folder);
const fence = await store.openLease({ node: "bench", now: epoch, ttlMs: 1e12 });
const begun = performance.now();
for (let at = 0; at < runs; at += 2_000) {
  await store.append(
    Array.from({ length: Math.min(2_000, runs - at) }, (_, index) => unitOf(fence, at + index)),
  );
}
console.log(`${runs} runs stored in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
let slow = 0;
for (const [name, filter] of Object.entries(filters)) {
  const first = await measure(store, filter, null);
  let cursor = first.next;
  for (let page = 2; page < 10 && cursor !== null; page++) {
    cursor = (await store.listRuns(tenant, filter, cursor, pageRows)).next;
  }
  const tenth = cursor === null ? null : await measure(store, filter, cursor);
  if (Math.max(first.ms, tenth?.ms ?? 0) > targetMs) slow++;
  const told = tenth === null ? "no tenth page" : `tenth ${tenth.ms.toFixed(1)} ms`;
  console.log(`${name}: first ${first.ms.toFixed(1)} ms, ${told}`);
}
console.log(`${slow} of ${Object.keys(filters).length} filters above ${targetMs} ms`);
await store.close();
rmSync(folder, { recursive: true });
