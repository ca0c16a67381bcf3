// Which SQLite is built in.

import Sqlite from "better-sqlite3";

export function sqliteVersion(): string {
  const database = new Sqlite(":memory:");
  try {
    return database.prepare("SELECT sqlite_version()").pluck().get() as string;
  } finally {
    database.close();
  }
}
