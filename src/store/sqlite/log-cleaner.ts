// Empties SQLite's log of writes: it holds pages as they were, with keys that were given up since.

import type { Database } from "better-sqlite3";
import { busyTimeoutMs } from "./open-database.ts";
import { sqliteReason } from "./sqlite-reason.ts";
import type { StoreNotice } from "./writer-protocol.ts";

/** Each time costs two syncs; the log is then as short as what is written in a minute. */
const everyMs = 60_000;

/** How long it waits for whoever reads: the writer stands still meanwhile. */
const readersWaitMs = 50;

/** So often in a row it fails before that is told. */
const failuresMax = 10;

export class LogCleaner {
  readonly #database: Database;
  readonly #tell: (notice: StoreNotice) => void;
  #isEmpty = false;
  #failures = 0;

  /** Empties it at once: a process that was killed left its own. */
  constructor(database: Database, tell: (notice: StoreNotice) => void, intervalMs = everyMs) {
    this.#database = database;
    this.#tell = tell;
    setInterval(() => this.empty(), intervalMs).unref();
    this.empty();
  }

  written(): void {
    this.#isEmpty = false;
  }

  /** What is not emptied now is as durable in the log, and is tried again in its time. */
  empty(): void {
    if (this.#isEmpty) return;
    const reason = this.#checkpoint();
    this.#isEmpty = reason === null;
    this.#failures = reason === null ? 0 : this.#failures + 1;
    if (reason !== null && this.#failures % failuresMax === 0) {
      this.#tell({ event: "store.log_not_emptied", reason });
    }
  }

  /** Null when the log is empty. */
  #checkpoint(): string | null {
    try {
      this.#database.pragma(`busy_timeout = ${readersWaitMs}`);
      const isBusy = this.#database.pragma("wal_checkpoint(TRUNCATE)", { simple: true }) !== 0;
      return isBusy ? "SQLITE_BUSY" : null;
    } catch (error) {
      return sqliteReason(error);
    } finally {
      this.#database.pragma(`busy_timeout = ${busyTimeoutMs}`);
    }
  }
}
