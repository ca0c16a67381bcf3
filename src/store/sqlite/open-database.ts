// Opens the database file as the store needs it.

import Sqlite, { type Database } from "better-sqlite3";

/** Larger than SQLite's default, so that the sealed events of one append stay within their page. */
const pageBytes = 8192;

/** The one connection that writes: WAL, and every commit is on the disk when it returns. */
export function openWriter(file: string): Database {
  const database = new Sqlite(file);
  database.pragma(`page_size = ${pageBytes}`);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("busy_timeout = 5000");
  database.pragma("foreign_keys = OFF");
  database.pragma("cache_size = -65536");
  database.pragma("wal_autocheckpoint = 2000");
  return database;
}

export function openReader(file: string): Database {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true });
  database.pragma("busy_timeout = 5000");
  database.pragma("cache_size = -32768");
  return database;
}
