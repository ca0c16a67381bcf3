// A tenant that is deleted while something of it is on its way to the store: it is refused, nothing goes on trying, nothing is left.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Store } from "../../src/ports/store.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { DispatchedError } from "../../src/value/problem.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const stores: Readonly<Record<string, (folder: string) => Promise<Store>>> = {
  memory: async () => new MemoryStore({ exclusive: true }),
  SQLite: (folder) => SqliteStore.open(folder),
};

const plain = "triggers: [{type: http}]\nsteps: {one: {value: 1}}";
const attended = `mode: attended\n${plain}`;
const appendsMax = 10;
const deletion = { jti: "gone", expiresAt: 2 ** 45, session: null, change: null, ends: "tenant" } as const;

for (const [name, open] of Object.entries(stores)) {
  test(`a start that meets the deletion of its tenant is refused, in the ${name} store`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "dispatched-gone-"));
    const store = await open(folder);
    const { engine, signIn } = await startNode(store);
    try {
      await signIn(1);
      for (const [name, rest] of Object.entries({ plain, attended })) {
        const text = `name: ${name}\nversion: 1\n${rest}`;
        await engine.putWorkflow(tenant, { name, text, format: "yaml", dryRun: false });
      }
      const { run } = await engine.startRun(tenant, startOf("plain"));
      await until(async () => (await store.readRun(tenant, run))?.endedAt != null);

      const append = store.append.bind(store);
      const endless = Promise.withResolvers<string>();
      let appends = 0;
      store.append = async (units) => {
        if (appends === 0) await store.accounts.useHandshake(tenant, deletion);
        if (++appends < appendsMax) return append(units);
        endless.resolve(`${appends} appends`);
        return units.map(() => ({ type: "workflow_deleted" }));
      };
      const refusals = [startOf("plain"), startOf("attended")].map((start) =>
        engine.startRun(tenant, start).then(
          () => "it was started",
          ({ code }: DispatchedError) => code,
        ),
      );
      const outcome = await Promise.race([Promise.all(refusals), endless.promise]);
      assert.deepEqual(outcome, ["workflow_deleted", "workflow_deleted"]);
      store.append = append;

      const event = { id: "1", source: "shop", type: "order.paid", specversion: "1.0" as const };
      await assert.rejects(engine.putEvents(tenant, [event]), { retryable: true });
      const named = { action: "cancel", runs: [run] } as const;
      await assert.rejects(engine.bulks.begin(tenant, named), { code: "unauthenticated" });
      assert.deepEqual((await store.listRuns(tenant, {}, null, 9)).rows, []);
      assert.deepEqual(await store.listUnsettled(9, []), []);
      assert.deepEqual((await store.keys.list(tenant, null, 9, false)).rows, []);
    } finally {
      await engine.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
