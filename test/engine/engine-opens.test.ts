// What the engine opens while nobody is signed in is recorded before it is opened, once, however the store behaves.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import type { AuditStore } from "../../src/ports/audit-store.ts";
import type { Store } from "../../src/ports/store.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { AuditStage, posted, tenant } from "./audit-stage.ts";

const text = `name: sleeper
version: 1
triggers: [{type: http}]
steps:
  a: {sleep: 1h}`;
const trigger = posted(null);

/** Runs that sleep, and nobody who is signed in any more. */
async function asleep(
  count: number,
): Promise<{ readonly stage: AuditStage; readonly runs: readonly RunId[] }> {
  const stage = new AuditStage();
  const engine = await stage.engine(stage.vault(true));
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  const runs: RunId[] = [];
  for (let index = 0; index < count; index++) {
    const start = { workflow: "sleeper", version: null, idempotencyKey: null };
    runs.push((await engine.startRun(tenant, { ...start, trigger })).run);
  }
  await stage.clock.settle();
  await engine.stop();
  return { stage, runs };
}

async function openedIn(engine: Engine): Promise<readonly (readonly RunId[])[]> {
  const { entries } = await engine.listAudit(tenant, null, 200);
  const opened = entries.filter(({ action }) => action === "run.opened_by_engine");
  return opened.map(({ fields }) => fields["runs"] as readonly RunId[]);
}

/** The stage's store, with another way to append to the audit log. */
function storeWith(stage: AuditStage, append: (inner: AuditStore) => AuditStore["append"]): Store {
  const store = new MemoryStore({ exclusive: false, tables: stage.store.tables });
  const { audit } = store;
  const own = { head: audit.head.bind(audit), read: audit.read.bind(audit), append: append(audit) };
  return Object.assign(store, { audit: own });
}

test("with the tenant signed in nothing is written, whatever the runs do", async () => {
  const { stage, runs } = await asleep(20);
  const engine = await stage.engine(stage.vault(true));
  await stage.clock.passTo(stage.clock.now() + 2 * 3_600_000);
  for (const run of runs) assert.equal((await engine.getRun(tenant, run)).status, "completed");
  assert.equal((await stage.store.audit.head(tenant)).seq, 1);
});

test("runs opened together stand in one entry, once while the process lives", async () => {
  const { stage, runs } = await asleep(20);
  const engine = await stage.engine(stage.vault(false));
  await Promise.all(runs.map((run) => engine.getRun(tenant, run)));
  for (const run of runs) await engine.getRun(tenant, run);
  assert.deepEqual(await openedIn(engine), [runs]);
  await stage.clock.passTo(stage.clock.now() + 2 * 3_600_000);
  assert.equal((await stage.store.readRun(tenant, runs[0] as RunId))?.status, "completed");
  assert.deepEqual(await openedIn(engine), [runs]);
  assert.equal((await engine.verifyAudit(tenant, 0)).fault, null);
});

test("a restarted engine records what it opens, and only that", async () => {
  const { stage, runs } = await asleep(3);
  for (const _ of [1, 2]) {
    const engine = await stage.engine(stage.vault(false));
    await engine.getRun(tenant, runs[0] as RunId);
    await engine.stop();
  }
  const last = await stage.engine(stage.vault(false));
  assert.deepEqual(await openedIn(last), [[runs[0]], [runs[0]]]);
});

test("a run whose opening cannot be recorded is not opened", async () => {
  const { stage, runs } = await asleep(1);
  const refusing = storeWith(stage, () => async () => {
    throw new DispatchedError("store_rolled_back", "full", { retryable: true });
  });
  const engine = await stage.engine(stage.vault(false), refusing);
  await assert.rejects(engine.getRun(tenant, runs[0] as RunId), { code: "store_rolled_back" });
  assert.deepEqual(await openedIn(engine), []);
});

const silent = () => new DispatchedError("store_unavailable", "silence", { retryable: true });

/** What becomes of an append that the store says nothing of: it is written, lost, or written later. */
const fates = {
  written: async (append: () => Promise<boolean>) => void (await append()),
  lost: async () => {},
  late: async (append: () => Promise<boolean>) => {
    queueMicrotask(() => void Promise.resolve().then(append));
  },
};

for (const [fate, act] of Object.entries(fates)) {
  for (let silences = 1; silences <= 4; silences++) {
    test(`after ${silences} silent commits that are ${fate} there is one entry`, async () => {
      const { stage, runs } = await asleep(2);
      let left = silences;
      const store = storeWith(stage, (inner) => async (owner, append) => {
        if (left === 0) return inner.append(owner, append);
        left--;
        await act(() => inner.append(owner, append));
        throw silent();
      });
      const engine = await stage.engine(stage.vault(false), store);
      for (;;) {
        try {
          await Promise.all(runs.map((run) => engine.getRun(tenant, run)));
          break;
        } catch (error) {
          assert.ok(error instanceof DispatchedError && error.retryable);
        }
      }
      assert.deepEqual(await openedIn(engine), [runs]);
      assert.equal((await engine.verifyAudit(tenant, 0)).fault, null);
    });
  }
}
