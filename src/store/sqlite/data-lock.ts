// One process a data folder: a lock that the operating system lets go when the process dies, however it dies.

import { join } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { DispatchedError } from "../../value/problem.ts";
import { keepPrivate } from "./open-database.ts";

export interface DataLock {
  release(): void;
}

/** Errors: `data_in_use` at once when another process holds it. */
export function lockData(folder: string): DataLock {
  const file = join(folder, "lock.db");
  keepPrivate(file);
  const database: Database = new Sqlite(file, { timeout: 0 });
  try {
    database.pragma("journal_mode = MEMORY");
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    const code = (error as { readonly code?: unknown }).code;
    if (typeof code !== "string" || !code.startsWith("SQLITE_BUSY")) throw error;
    throw new DispatchedError("data_in_use", `another process uses the data in ${folder}`, {
      hint: "stop it, or name another folder with --data",
    });
  }
  return { release: () => database.close() };
}
