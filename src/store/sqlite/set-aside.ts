// Runs in line for a place that cannot be read: the line goes past them while the lease lives.

import type { Database } from "better-sqlite3";
import type { Fence, RunName } from "../../ports/store.ts";
import type { Heads } from "./heads.ts";
import { preparePokes } from "./poke-writes.ts";

export interface SetAside {
  /** Does nothing of a run that `fence` does not hold, or that waits for no place. */
  run(fence: Fence, name: RunName): void;
  /** All wait again where they waited. */
  putBack(): void;
}

/** Of a line that has become shorter so many are poked: how many may begin, nobody knows who cannot open the run. */
const pokedMax = 100;

interface Wait {
  readonly no: number;
  readonly key: Uint8Array;
}

export function prepareSetAside(database: Database, heads: Heads): SetAside {
  const pokes = preparePokes(database);
  const isLive = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const waitOf = database.prepare<[number, number], Wait>(
    "SELECT no, key FROM slot WHERE tenant = ? AND run = ? AND holds = 0",
  );
  const put = database.prepare("UPDATE slot SET holds = 2 WHERE no = ?");
  const putBack = database.prepare("UPDATE slot SET holds = 0 WHERE holds = 2");
  const makeDue = database.prepare("UPDATE head SET due_at = 0 WHERE no = ?");
  const line = database
    .prepare<[number, Uint8Array, number], number>(
      "SELECT run FROM slot WHERE tenant = ? AND key = ? AND holds = 0 ORDER BY no LIMIT ?",
    )
    .pluck();

  return {
    run(fence, { tenant, run }) {
      const head = heads.find(tenant, run);
      if (head === null || head.owner !== fence || isLive.get(fence) === undefined) return;
      const wait = waitOf.get(head.tenant, head.no);
      if (wait === undefined) return;
      put.run(wait.no);
      makeDue.run(head.no);
      heads.forget(tenant, run);
      for (const next of line.all(head.tenant, wait.key, pokedMax)) pokes.no(next);
    },
    putBack: () => void putBack.run(),
  };
}
