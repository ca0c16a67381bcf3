// What the data in a folder say of epochs and of what is wrapped under them, also beside a server. Nothing is changed.

import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import type { EpochView } from "../../ports/epoch-store.ts";
import { countWraps, type WrapCount } from "./engine-wraps.ts";
import { EpochReads } from "./epoch-reads.ts";
import { schema } from "./schema.ts";

export interface SeenEpochs extends EpochView {
  /** By the table that they are kept in. */
  readonly wraps: readonly WrapCount[];
  /** Sessions that have not expired. */
  readonly sessions: number;
}

/** Null when there are no data, or those of a version that knew no epochs. */
export function lookAtEpochs(dataFolder: string, now: number): SeenEpochs | null {
  const file = join(dataFolder, "dispatched.db");
  if (!existsSync(file)) return null;
  // A connection that only reads leaves a log behind where none was; one that may write takes it away with it.
  const database = new Sqlite(file, { readonly: existsSync(`${file}-wal`), fileMustExist: true });
  try {
    database.pragma("query_only = ON");
    database.pragma("busy_timeout = 5000");
    const version = database.pragma("user_version", { simple: true });
    return version === schema.length ? lookAt(database, now) : null;
  } finally {
    database.close();
  }
}

function lookAt(database: Database, now: number): SeenEpochs {
  const sessions = database.prepare<[number], number>("SELECT count(*) FROM session WHERE expires_at > ?");
  return {
    ...new EpochReads(database).view(),
    wraps: countWraps(database),
    sessions: sessions.pluck().get(now) ?? 0,
  };
}
