// What is opened to the engine alone for a run whose kept children got another key: nothing when the run is attended.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunId, TenantId } from "../value/id.ts";
import { KeptRoots } from "./kept-roots.ts";
import type { LiveRecords } from "./live-records.ts";
import type { EnginePorts } from "./ports.ts";
import type { RunIdentity } from "./propose.ts";
import type { RunKeys } from "./run-keys.ts";

const tenant = "ten_a" as TenantId;
const run = "run_new" as RunId;
const root = "run_root" as RunId;
const replaced = Uint8Array.of(2);

async function madeLive(attended: boolean) {
  const opened: RunId[][] = [];
  const row = { tenant, run: root, key: replaced, attended };
  const store = { readRun: async () => row };
  const live = {
    ensure: async (_: TenantId, __: unknown, roots: RunId[]) => void opened.push(roots),
    ended: () => {},
  };
  const key = {};
  const roots = new KeptRoots(
    { store } as unknown as EnginePorts,
    { open: async () => key } as unknown as RunKeys,
  );
  const keeps = [{ run: root, seen: Uint8Array.of(1), key: null }];
  const identity = { tenant, id: run, definition: {}, attended, keeps } as unknown as RunIdentity;
  const made = await roots.makeLive(live as unknown as LiveRecords, identity);
  return { opened, keeps: made.keeps, key };
}

test("an attended run sees the replaced key, and nothing is opened to the engine alone", async () => {
  const { opened, keeps } = await madeLive(true);
  assert.deepEqual(opened, []);
  assert.deepEqual(keeps, [{ run: root, seen: replaced, key: null }]);
});

test("another run sees the replaced key, and what it and the kept run may need is opened", async () => {
  const { opened, keeps, key } = await madeLive(false);
  assert.deepEqual(opened, [[run, root]]);
  assert.equal(keeps[0]?.key, key);
});
