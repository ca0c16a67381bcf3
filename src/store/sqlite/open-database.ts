// Opens the database file as the store needs it.

import { chmodSync, closeSync, openSync } from "node:fs";
import Sqlite, { type Database } from "better-sqlite3";

/** Larger than SQLite's default, so that the sealed events of one append stay within their page. */
const pageBytes = 8192;

/** How long a write waits for another connection. */
export const busyTimeoutMs = 5_000;

/** The one connection that writes: WAL, and every commit is on the disk when it returns. */
export function openWriter(file: string, pagesMax: number | null = null): Database {
  keepPrivate(file);
  const database = new Sqlite(file);
  database.pragma(`page_size = ${pageBytes}`);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma(`busy_timeout = ${busyTimeoutMs}`);
  database.pragma("foreign_keys = OFF");
  // The salt of an ended run, and the wrap before a rotation, are not to lie in free space: with them a key opens again.
  database.pragma("secure_delete = ON");
  database.pragma("cache_size = -65536");
  database.pragma("wal_autocheckpoint = 2000");
  if (pagesMax !== null) database.pragma(`max_page_count = ${pagesMax}`);
  return database;
}

export function openReader(file: string): Database {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true });
  database.pragma(`busy_timeout = ${busyTimeoutMs}`);
  database.pragma("cache_size = -32768");
  return database;
}

/** Makes `file`, or takes its rights from others: what SQLite puts beside it later gets the same mode. */
export function keepPrivate(file: string): void {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}
