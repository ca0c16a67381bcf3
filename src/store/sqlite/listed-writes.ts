// Rows by which lists find runs that have a label, do something, or ended badly: one for each combination that may be asked for.

import type { Database } from "better-sqlite3";
import { doings } from "../../run/doing.ts";
import { unpackList } from "./byte-list.ts";
import type { Head } from "./heads.ts";

/** What the rows of a run say. */
export type Listed = Pick<
  Head,
  "no" | "tenant" | "createdAt" | "workflow" | "labels" | "status" | "doing" | "failure"
>;

/** Null before a run is there, and once it is forgotten. Most appends change nothing here. */
export type ChangeListed = (before: Listed | null, after: Listed | null) => void;

/** Stands for any, of what, label and workflow. */
export const any = new Uint8Array(0);
/** How the rows of a kind begin: no other has one byte. */
export const kindBytes: readonly Uint8Array[] = doings.map((_, kind) => Uint8Array.of(kind));

export function prepareListed(database: Database): ChangeListed {
  const columns = "tenant, what, label, workflow, status, created_at, run";
  const insert = database.prepare(`INSERT OR IGNORE INTO listed (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const remove = database.prepare(`DELETE FROM listed WHERE (${columns}) = (?, ?, ?, ?, ?, ?, ?)`);

  function write(statement: typeof insert, run: Listed, whats: readonly Uint8Array[]): void {
    const { tenant, workflow, status, createdAt, no } = run;
    const labels = run.labels === null ? [] : unpackList(run.labels);
    for (const what of whats) {
      for (const label of what === any ? labels : [any, ...labels]) {
        for (const asked of [any, workflow]) {
          statement.run(tenant, what, label, asked, status, createdAt, no);
        }
      }
    }
  }

  return (before, after) => {
    if (before !== null && after !== null && before.status === after.status) {
      if (before.doing === after.doing && isSame(before.failure, after.failure)) return;
      const [gone, come] = [whatsOf(before), whatsOf(after)];
      write(
        remove,
        before,
        gone.filter((what) => !come.includes(what)),
      );
      write(
        insert,
        after,
        come.filter((what) => !gone.includes(what)),
      );
      return;
    }
    if (before !== null) write(remove, before, [any, ...whatsOf(before)]);
    if (after !== null) write(insert, after, [any, ...whatsOf(after)]);
  };
}

function whatsOf({ doing, failure }: Listed): readonly Uint8Array[] {
  const kinds = doing === 0 ? [] : kindBytes.filter((_, kind) => (doing & (1 << kind)) !== 0);
  return failure === null ? kinds : [...kinds, failure];
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && Buffer.compare(a, b) === 0);
}
