// What versions before had deleted, and left in the free space of the database, is erased once.

import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import { sqliteReason } from "./sqlite-reason.ts";
import type { StoreNotice } from "./writer-protocol.ts";

/** `application_id` of a database whose free space holds nothing that was deleted: "DSP1". */
const erasedId = 0x44_53_50_31;

/** Before the first step of the schema: a new database has no past. */
export function markNew(database: Database): void {
  if (database.pragma("user_version", { simple: true }) === 0) mark(database);
}

/**
 * Writes the database anew, if that was not done before; it takes room for two more of it in its folder. What cannot be done now, on a full
 * disk say, is told, changes nothing, and is left to the next start.
 */
export function erasePast(database: Database, tell: (notice: StoreNotice) => void): void {
  if (database.pragma("application_id", { simple: true }) === erasedId) return;
  const [pages, pageBytes] = ["page_count", "page_size"].map((name) =>
    Number(database.pragma(name, { simple: true })),
  ) as [number, number];
  tell({ event: "store.erasing", bytes: pages * pageBytes });
  const began = performance.now();
  try {
    vacuum(database);
    mark(database);
    tell({ event: "store.erased", ms: Math.round(performance.now() - began) });
  } catch (error) {
    tell({ event: "store.erase_failed", reason: sqliteReason(error) });
  }
}

/** The copy is made beside the database: the usual place of temporary files may be too small for it, or not be written to. */
function vacuum(database: Database): void {
  const place = (folder: string) =>
    database.pragma(`temp_store_directory = '${folder.replaceAll("'", "''")}'`);
  place(dirname(database.name));
  try {
    database.exec("VACUUM");
  } finally {
    place("");
  }
}

function mark(database: Database): void {
  database.pragma(`application_id = ${erasedId}`);
}
