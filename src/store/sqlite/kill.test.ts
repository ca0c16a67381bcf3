// Killed in the middle of appends, the SQLite store keeps every unit that was acknowledged, and each unit whole.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { AppendUnit } from "../../ports/store.ts";
import {
  batchOf,
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  leaseAt,
  nextUnit,
} from "../../ports/store-contract/sample.ts";
import type { RunId } from "../../value/id.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { CrashPoint, WriterOptions } from "./writer-protocol.ts";

/** What the child that this file starts is told. */
interface Order {
  readonly folder: string;
  /** Numbers of the runs that it begins. */
  readonly from: number;
  readonly crash?: NonNullable<WriterOptions["crash"]>;
}

const runsCount = 40;
const order = process.env["KILL_TEST_ORDER"];
if (order === undefined) defineTests();
else await appendUntilKilled(JSON.parse(order) as Order);

/** Appends to 40 runs in turn and says what was acknowledged, for as long as it lives. */
async function appendUntilKilled({ folder, from, crash }: Order): Promise<void> {
  const store = await SqliteStore.open(folder, crash === undefined ? {} : { crash });
  const fence = await store.openLease(leaseAt(epoch));
  let units = Array.from({ length: runsCount }, (_, index) => firstUnit(fence, from + index));
  for (let round = 0; ; round++) {
    const size = 1 + ((round * 7) % 19);
    for (let at = 0; at < units.length; at += size) {
      const group = units.slice(at, at + size);
      for (const { type } of await store.append(group)) assert.equal(type, "appended");
      writeSync(1, group.map((unit) => `${unit.run} ${unit.batch.lastSeq}\n`).join(""));
    }
    units = units.map((unit) => {
      const { lastSeq } = unit.batch;
      return nextUnit(unit, { batch: batchOf(lastSeq, 1 + (lastSeq % 3), bytesOf(lastSeq, 700)) });
    });
  }
}

/** The last seq of each run that the child said was acknowledged. */
function runChild(child: Order, killAfterMs: number | null): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  return new Promise((resolve) => {
    const process_ = spawn(process.execPath, [import.meta.filename], {
      env: { ...process.env, KILL_TEST_ORDER: JSON.stringify(child), NODE_TEST_CONTEXT: undefined },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    process_.stdout.on("data", (chunk: Buffer) => {
      if (text === "" && killAfterMs !== null) setTimeout(() => process_.kill("SIGKILL"), killAfterMs);
      text += chunk.toString();
    });
    process_.on("close", () => {
      for (const line of text.split("\n").slice(0, -1)) {
        const [run, seq] = line.split(" ") as [string, string];
        acknowledged.set(run, Number(seq));
      }
      resolve(acknowledged);
    });
  });
}

/** Each run's log is whole, fits its row, and holds what was acknowledged. Gives the runs that hold more than that. */
async function judge(
  folder: string,
  acknowledged: ReadonlyMap<string, number>,
  from: number,
): Promise<number> {
  const store = await SqliteStore.open(folder);
  let beyond = 0;
  try {
    for (let index = 0; index < runsCount; index++) {
      const { tenant, run } = firstUnit(0, from + index);
      const row = await store.readRun(tenant, run as RunId);
      const said = acknowledged.get(run) ?? 0;
      assert.ok((row?.lastSeq ?? 0) >= said, `${run} has ${row?.lastSeq}, acknowledged was ${said}`);
      if ((row?.lastSeq ?? 0) > said) beyond++;
      let seq = 0;
      for (const batch of await store.readEvents(tenant, run, 0, 1_000_000)) {
        const size = batch.lastSeq - seq;
        const expected = seq === 0 ? batchOf(0) : batchOf(seq, size, bytesOf(seq, 700));
        assert.deepEqual(batch, expected);
        seq = batch.lastSeq;
      }
      assert.equal(seq, row?.lastSeq ?? 0, "the log ends where the row says");
    }
    await canGoOn(store, from);
  } finally {
    await store.close();
  }
  return beyond;
}

/** What the dead process held is claimed, and takes the next append. */
async function canGoOn(store: SqliteStore, from: number): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const rows = await store.claim(fence, epoch, 1_000);
  const mine = rows.filter((row) => row.run >= firstUnit(0, from).run);
  assert.ok(mine.every((row) => row.held));
  const units: AppendUnit[] = mine.map((row) => ({
    ...nextUnit(firstUnit(fence, from), { head: endedAs("cancelled") }),
    run: row.run,
    expectedSeq: row.lastSeq,
    batch: batchOf(row.lastSeq),
  }));
  for (const { type } of await store.append(units)) assert.equal(type, "appended");
}

function defineTests(): void {
  test("kill -9 in the middle of appends loses nothing that was acknowledged", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dispatched-kill-"));
    for (let round = 0; round < 5; round++) {
      const from = round * runsCount;
      const acknowledged = await runChild({ folder, from }, 30 + round * 60);
      assert.ok(acknowledged.size > 0, "something was acknowledged");
      await judge(folder, acknowledged, from);
    }
    rmSync(folder, { recursive: true });
  });

  for (const point of ["before_commit", "after_commit"] satisfies readonly CrashPoint[]) {
    test(`killed ${point.replace("_", " a ")}: the unit is whole or not there`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "dispatched-kill-"));
      // The first commit is that of the lease.
      const acknowledged = await runChild({ folder, from: 0, crash: { point, after: 60 } }, null);
      assert.equal(acknowledged.size, runsCount);
      const beyond = await judge(folder, acknowledged, 0);
      assert.equal(beyond > 0, point === "after_commit", `${beyond} runs hold more than was acknowledged`);
      rmSync(folder, { recursive: true });
    });
  }
}
