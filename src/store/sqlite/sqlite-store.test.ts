// The SQLite store keeps the contract.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { storeContract } from "../../ports/store-contract.ts";
import { SqliteStore } from "./sqlite-store.ts";

for (const { name, run } of storeContract("exclusive")) {
  test(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "dispatched-store-"));
    const store = await SqliteStore.open(folder);
    try {
      await run(store);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true });
    }
  });
}
