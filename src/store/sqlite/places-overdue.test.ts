// Lists of what is overdue are the same however many are: sorted, or found among the newest.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { RunFilter } from "../../ports/store.ts";
import { epoch, firstUnit, hashOf, leaseAt, parked } from "../../ports/store-contract/sample.ts";
import type { RunStatus } from "../../run/status.ts";
import { openWriter } from "./open-database.ts";
import { newest, newestOf, type Place } from "./place-of-run.ts";
import { preparePlacesByStatus } from "./places-by-status.ts";
import { preparePlacesListed } from "./places-listed.ts";
import { preparePlacesOverdue } from "./places-overdue.ts";
import { SqliteStore } from "./sqlite-store.ts";

const statuses: readonly RunStatus[] = ["running", "waiting", "paused", "completed"];
const [label, workflow] = [hashOf(100), hashOf(1)];

interface Made {
  readonly number: number;
  readonly status: RunStatus;
  readonly dueAt: number | null;
  readonly labelled: boolean;
  readonly workflow: Uint8Array;
}

/** The newest 60 are not overdue; of the others most are. */
function made(number: number): Made {
  const status = statuses[number % 4] ?? "running";
  const late = number < 240 && number % 5 !== 0;
  const dueAt = status === "completed" ? null : epoch + (late ? (number * 7) % 100 : 1_000_000);
  return { number, status, dueAt, labelled: number % 3 === 0, workflow: hashOf(number % 2) };
}

const runs = Array.from({ length: 300 }, (_, number) => made(number));

async function write(folder: string): Promise<void> {
  const store = await SqliteStore.open(folder);
  const fence = await store.openLease(leaseAt(epoch));
  const units = runs.map((run) =>
    firstUnit(fence, run.number, {
      birth: {
        // Some at the same time.
        createdAt: epoch + Math.floor(run.number / 2),
        workflow: run.workflow,
        labels: run.labelled ? [label] : [],
      },
      head: { ...parked, status: run.status, dueAt: run.dueAt, endedAt: run.dueAt === null ? epoch : null },
    }),
  );
  await store.append(units);
  await store.close();
}

test("whatever else is asked, and wherever a page begins", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-overdue-"));
  await write(folder);
  const database = openWriter(join(folder, "dispatched.db"));
  try {
    const tenant = database.prepare<[], number>("SELECT DISTINCT tenant FROM head").pluck().get() ?? 0;
    const [byStatus, listed] = [preparePlacesByStatus(database), preparePlacesListed(database)];
    const candidates: typeof byStatus = (...asked) =>
      (asked[1].label === undefined ? byStatus : listed)(...asked);
    const ways = [
      { sorted: 1_000, looked: 0, page: 10 },
      { sorted: 0, looked: 1_000, page: 10 },
      { sorted: 20, looked: 80, page: 10 },
    ].map((bounds) => preparePlacesOverdue(database, candidates, bounds));
    const filters: readonly RunFilter[] = [
      {},
      { label },
      { workflow },
      { label, workflow, statuses: ["waiting", "completed"] },
      { statuses: ["paused"] },
      { createdFrom: epoch + 30, createdTo: epoch + 90 },
      { doing: 63 },
      { statuses: ["completed"] },
    ];
    for (const asked of filters) {
      const filter = { ...asked, overdueAt: epoch + 500 };
      const [first = [], ...others] = ways.map((way) => {
        const pages: Place[] = [];
        for (let before = newest; ; before = pages.at(-1) ?? newest) {
          const page = newestOf(way(tenant, filter, before, 7), 7);
          pages.push(...page);
          if (page.length < 7) return pages.map(({ createdAt, no }) => [createdAt, no]);
        }
      });
      const wanted = runs.filter(
        (run) =>
          run.dueAt !== null &&
          run.dueAt < epoch + 500 &&
          (filter.label === undefined || run.labelled) &&
          (filter.workflow === undefined || run.number % 2 === 1) &&
          (filter.statuses?.includes(run.status) ?? true) &&
          epoch + Math.floor(run.number / 2) >= (filter.createdFrom ?? 0) &&
          epoch + Math.floor(run.number / 2) < (filter.createdTo ?? Number.POSITIVE_INFINITY),
      );
      assert.equal(first.length, wanted.length, JSON.stringify(asked));
      for (const other of others) assert.deepEqual(other, first);
    }
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
});
