// Lists among many runs: first and tenth page of each documented filter of runs, of combinations, and of waits and failures.
//
// Usage: node bench/list-runs.ts [--runs N] [--keep DIR]
//
// With `--keep` the database stays in DIR, and is measured again without being written anew.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { epoch, tenant, unitOf } from "./many-runs.ts";
import { combinations, failureFilters, waits } from "./run-filters.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "1000000" }, keep: { type: "string" } },
});
const runs = Number(values.runs);
const pageRows = 50;
const chunkRuns = 2_000;
const rounds = 5;
const targetMs = 20;

/** One page of a list. */
type List = (cursor: string | null) => Promise<{ readonly next: string | null }>;

async function measure(list: List, cursor: string | null) {
  const times: number[] = [];
  let next: string | null = null;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    ({ next } = await list(cursor));
    times.push(performance.now() - begun);
  }
  return { ms: times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0, next };
}

async function measureBoth(list: List) {
  const first = await measure(list, null);
  let cursor = first.next;
  for (let page = 2; page < 10 && cursor !== null; page++) cursor = (await list(cursor)).next;
  return { first: first.ms, tenth: cursor === null ? null : (await measure(list, cursor)).ms };
}

function* listsOf(store: SqliteStore): Generator<readonly [name: string, list: List]> {
  for (const [name, filter] of combinations(runs)) {
    yield [name, (cursor) => store.listRuns(tenant, filter, cursor, pageRows)];
  }
  for (const [name, filter] of waits(runs)) {
    yield [`waits, ${name}`, (cursor) => store.overview.listWaiting(tenant, filter, cursor, pageRows)];
  }
  for (const [name, filter] of failureFilters(runs)) {
    yield [`failures, ${name}`, (cursor) => store.overview.listFailures(tenant, filter, cursor, pageRows)];
  }
}

/** In chunks: no more than one of them is in memory. */
async function write(store: SqliteStore): Promise<void> {
  const fence = await store.openLease({ node: "bench", now: epoch, ttlMs: 1e12 });
  for (let at = 0; at < runs; at += chunkRuns) {
    const count = Math.min(chunkRuns, runs - at);
    await store.append(Array.from({ length: count }, (_, index) => unitOf(fence, at + index)));
  }
}

/** The store with its runs, written unless `folder` has them. */
async function openStore(folder: string): Promise<SqliteStore> {
  const written = join(folder, "written.txt");
  const isThere = existsSync(written);
  if (isThere && readFileSync(written, "utf8") !== String(runs)) {
    throw new Error(`${folder} holds another number of runs: name it, or another folder`);
  }
  if (!isThere && existsSync(join(folder, "dispatched.db"))) {
    throw new Error(`${folder} was not written to its end: remove it`);
  }
  const begun = performance.now();
  const store = await SqliteStore.open(folder);
  if (!isThere) {
    await write(store);
    writeFileSync(written, String(runs));
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
  const size = (statSync(join(folder, "dispatched.db")).size / 1e9).toFixed(2);
  console.log(`${runs} runs ${isThere ? "opened" : "written"} in ${seconds} s, ${size} GB`);
  return store;
}

const folder = values.keep ?? mkdtempSync(join(tmpdir(), "dispatched-list-"));
const store = await openStore(folder);
const all = [...listsOf(store)];
const worst: (readonly [ms: number, name: string])[] = [];
for (const [name, list] of all) {
  const { first, tenth } = await measureBoth(list);
  worst.push([Math.max(first, tenth ?? 0), name]);
  const told = tenth === null ? "no tenth page" : `tenth ${tenth.toFixed(1)} ms`;
  console.log(`${name}: first ${first.toFixed(1)} ms, ${told}`);
}
worst.sort(([a], [b]) => b - a);
console.log(
  `the slowest: ${worst
    .slice(0, 5)
    .map(([ms, name]) => `${name} ${ms.toFixed(1)} ms`)
    .join("; ")}`,
);
const slow = worst.filter(([ms]) => ms > targetMs).length;
console.log(`${slow} of ${all.length} filters above ${targetMs} ms`);
await store.close();
if (values.keep === undefined) rmSync(folder, { recursive: true });
