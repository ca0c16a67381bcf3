// Roots that were forgotten, and whose children are let go of, some at a time.

import type { Database } from "better-sqlite3";

export interface ForgottenRoots {
  /** The run is forgotten; nothing for one that has no children. */
  add(tenant: number, id: Uint8Array): void;
  /** From now on they are kept for their own time alone. Gives how many were looked at; below `limit` when none is left. */
  release(limit: number): number;
}

interface Forgotten {
  readonly tenant: number;
  readonly root: Uint8Array;
  /** Number of the last child that was let go of. */
  readonly after: number;
}

export function prepareForgottenRoots(database: Database): ForgottenRoots {
  const add = database.prepare(
    `INSERT OR IGNORE INTO forgotten_root (tenant, root, after) SELECT @tenant, @id, 0
     WHERE EXISTS (SELECT 1 FROM run INDEXED BY run_root WHERE tenant = @tenant AND root = @id)`,
  );
  const first = database.prepare<[], Forgotten>("SELECT tenant, root, after FROM forgotten_root LIMIT 1");
  const children = database
    .prepare<[number, Uint8Array, number, number], number>(
      "SELECT no FROM run INDEXED BY run_root WHERE tenant = ? AND root = ? AND no > ? ORDER BY no LIMIT ?",
    )
    .pluck();
  const release = database.prepare("UPDATE head SET stays = stays & ~1 WHERE no = ? AND stays & 1");
  const move = database.prepare("UPDATE forgotten_root SET after = ? WHERE tenant = ? AND root = ?");
  const end = database.prepare("DELETE FROM forgotten_root WHERE tenant = ? AND root = ?");

  return {
    add: (tenant, id) => void add.run({ tenant, id }),
    release(limit) {
      let left = limit;
      for (let one = first.get(); one !== undefined && left > 0; one = first.get()) {
        const { tenant, root, after } = one;
        const found = children.all(tenant, root, after, left) as readonly number[];
        for (const no of found) release.run(no);
        if (found.length < left) end.run(tenant, root);
        else move.run(found.at(-1), tenant, root);
        left -= found.length;
      }
      return limit - left;
    },
  };
}
