// Removes what is left of deleted tenants, some rows at a time: every row of every table that names one.

import type { Database, Statement } from "better-sqlite3";
import { type Leaving, prepareCloseTenant } from "./close-tenant.ts";
import { prepareDropLog } from "./drop-log.ts";
import { workOf } from "./within-work.ts";

/** Each takes how much may be done, in batches, and gives how much was: less when nothing is left. */
export interface LeavingTenants {
  /** What the engine could open still. */
  close(workMax: number): number;
  remove(workMax: number): number;
}

/** Rows removed with one statement: few, because each may hold a body. */
const rowsMax = 20;
/** In batches, about: a run with its own row, a row of any other table. */
const [runWork, rowWork] = [20, 5];

/** These name a tenant, but are found by the runs and actions to which they belong. */
const foundByOthers = new Set(["run", "head", "kept_run", "bulk", "bulk_run"]);

export function prepareLeaving(database: Database): LeavingTenants {
  const all = "SELECT l.no, t.id FROM leaving_tenant AS l CROSS JOIN tenant AS t ON t.no = l.no";
  const everyone = database.prepare<[], Leaving>(all);
  const first = database.prepare<[], Leaving>(`${all} LIMIT 1`);
  const closeTenant = prepareCloseTenant(database);
  const end = database.prepare<[number]>("DELETE FROM leaving_tenant WHERE no = ?");
  const removeRun = prepareRemoveRun(database);
  const removeBulk = prepareRemoveBulk(database);
  const tables = prepareTables(database);

  /** What removes something of the tenant gives what that took, and 0 when nothing of its kind is left. */
  function removeSome({ no, id }: Leaving, left: number): number {
    const work = removeRun(no, left) || removeBulk(id);
    if (work > 0) return work;
    for (const { isNumbered, remove } of tables) {
      const sizes = remove.all(isNumbered ? no : id);
      if (sizes.length > 0) return sizes.reduce((sum, size) => sum + workOf(rowWork, size), 0);
    }
    return 0;
  }

  function close(workMax: number): number {
    let work = 0;
    for (const tenant of everyone.all()) {
      work += closeTenant(tenant, workMax - work);
      if (work >= workMax) break;
    }
    return work;
  }

  function remove(workMax: number): number {
    let work = 0;
    for (let one = first.get(); one !== undefined && work < workMax; one = first.get()) {
      for (let done = 1; done > 0 && work < workMax; work += done) {
        done = removeSome(one, workMax - work);
        if (done === 0) end.run(one.no);
      }
    }
    return work;
  }

  return { close, remove };
}

interface Table {
  readonly isNumbered: boolean;
  /** Gives the size of what was sealed of each. */
  readonly remove: Statement<[string | number], number>;
}

/** Tables name a tenant in their column `tenant`, by its id or by its number; so a table that comes later is not missed. */
function prepareTables(database: Database): readonly Table[] {
  const columns = database
    .prepare<[], { readonly name: string; readonly type: string; readonly hasSealed: number }>(
      `SELECT t.name AS name, c.type AS type,
         EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = 'sealed') AS hasSealed
       FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.name = 'tenant'`,
    )
    .all();
  return columns
    .filter(({ name }) => !foundByOthers.has(name))
    .map(({ name, type, hasSealed }) => {
      const size = hasSealed === 1 ? "length(sealed)" : "0";
      const remove = database
        .prepare<[string | number], number>(
          `DELETE FROM ${name} WHERE tenant = ? RETURNING coalesce(${size}, 0) LIMIT ${rowsMax}`,
        )
        .pluck();
      return { isNumbered: type === "INTEGER", remove } as const;
    });
}

/** Those that have not ended go first: nobody passes over them for long when he looks for what is due. */
function prepareRemoveRun(database: Database): (tenant: number, left: number) => number {
  const next = database
    .prepare<[number], number>(
      "SELECT no FROM head INDEXED BY head_status WHERE tenant = ? ORDER BY status, created_at LIMIT 1",
    )
    .pluck();
  const dropLog = prepareDropLog(database);
  const own = ["kept_run WHERE kept", "kept_run WHERE run", "head WHERE no", "run WHERE no"].map((place) =>
    database.prepare<[number]>(`DELETE FROM ${place} = ?`),
  );
  return (tenant, left) => {
    const run = next.get(tenant) as number | undefined;
    if (run === undefined) return 0;
    const work = dropLog(run, left);
    if (work >= left) return work;
    for (const statement of own) statement.run(run);
    return work + runWork;
  };
}

/** The runs of an action, some at a time, and then the action: its number may be given to another. */
function prepareRemoveBulk(database: Database): (tenant: string) => number {
  const next = database.prepare<[string], number>("SELECT no FROM bulk WHERE tenant = ? LIMIT 1").pluck();
  const removeRuns = database.prepare<[number]>(`DELETE FROM bulk_run WHERE bulk = ? LIMIT ${rowsMax}`);
  const remove = database.prepare<[number]>("DELETE FROM bulk WHERE no = ?");
  return (tenant) => {
    const bulk = next.get(tenant) as number | undefined;
    if (bulk === undefined) return 0;
    const { changes } = removeRuns.run(bulk);
    return (changes === 0 ? remove.run(bulk).changes : changes) * rowWork;
  };
}
