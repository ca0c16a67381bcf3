// Ended runs at the top that active runs keep: each stays until the last that keeps it has ended.

import type { Database } from "better-sqlite3";
import type { KeptRun } from "../../ports/live-records.ts";

import { runIdBytes } from "./run-id-bytes.ts";
import { prepareSetLive } from "./set-live.ts";

export interface KeptRuns {
  /** Whether all that the run at the top and its children are runs of is live. */
  isTreeLive(tenant: string, no: number): boolean;
  /** Whether the runs that are still there have the keys that were seen, and what is to be live can be. */
  canKeep(tenant: string, keeps: readonly KeptRun[]): boolean;
  keep(tenant: number, run: number, keeps: readonly KeptRun[]): void;
  /** The run has ended, and is stored so: what nobody needs any more is closed. */
  release(run: number): void;
}

interface SqlKept {
  readonly no: number;
  readonly key: Uint8Array;
}

export function prepareKeptRuns(database: Database): KeptRuns {
  const find = database.prepare<[string, Uint8Array], SqlKept>(
    "SELECT r.no, r.key FROM tenant AS t JOIN run AS r ON r.tenant = t.no WHERE t.id = ? AND r.id = ? AND r.no NOT IN (SELECT no FROM leaving_run)",
  );
  const closedInTree = database
    .prepare<{ readonly tenant: string; readonly no: number }>(
      `SELECT 1 FROM head AS h JOIN run AS r ON r.no = h.no
         JOIN definition AS d ON d.tenant = @tenant AND d.name = h.workflow AND d.version = r.version
       WHERE d.live IS NULL AND h.no IN (SELECT @no UNION ALL
         SELECT child.no FROM run AS top CROSS JOIN run AS child INDEXED BY run_root
           ON child.tenant = top.tenant AND child.root = top.id WHERE top.no = @no)
       LIMIT 1`,
    )
    .pluck();
  const findNo = database
    .prepare<[number, Uint8Array], number>(
      "SELECT no FROM run WHERE tenant = ? AND id = ? AND no NOT IN (SELECT no FROM leaving_run)",
    )
    .pluck();
  const insert = database.prepare("INSERT OR IGNORE INTO kept_run (tenant, kept, run) VALUES (?, ?, ?)");
  const setLive = prepareSetLive(database);
  const stay = database.prepare("UPDATE head SET stays = stays | 2 WHERE no = ?");
  const keptBy = database.prepare<[number], number>("SELECT kept FROM kept_run WHERE run = ?").pluck();
  const forget = database.prepare("DELETE FROM kept_run WHERE run = ?");
  const close = database.prepare(
    `UPDATE head SET live = NULL WHERE no = @kept AND live IS NOT NULL AND ended_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM kept_run WHERE kept = @kept)`,
  );
  const letGo = database.prepare(
    "UPDATE head SET stays = stays & ~2 WHERE no = @kept AND NOT EXISTS (SELECT 1 FROM kept_run WHERE kept = @kept)",
  );

  const isTreeLive = (tenant: string, no: number) => closedInTree.get({ tenant, no }) === undefined;
  return {
    isTreeLive,
    canKeep: (tenant, keeps) =>
      keeps.every(({ run, key, live }) => {
        const there = find.get(tenant, runIdBytes(run));
        if (there === undefined) return true;
        return Buffer.compare(there.key, key) === 0 && (live === null || isTreeLive(tenant, there.no));
      }),
    keep(tenant, run, keeps) {
      for (const { run: id, live } of keeps) {
        const kept = findNo.get(tenant, runIdBytes(id));
        if (kept === undefined) continue;
        insert.run(tenant, kept, run);
        stay.run(kept);
        if (live !== null) setLive(kept, live);
      }
    },
    release(run) {
      const kept = keptBy.all(run);
      if (kept.length === 0) return;
      forget.run(run);
      for (const no of kept) {
        close.run({ kept: no });
        letGo.run({ kept: no });
      }
    },
  };
}
