// Brings a database up to date.

import type { Database } from "better-sqlite3";
import { DispatchedError } from "../../value/problem.ts";

/**
 * Runs the steps that the database has not seen, each in a transaction; its version is the number of those that it has.
 * Errors: `invalid_configuration` (a newer version of Dispatched wrote it).
 */
export function migrate(database: Database, steps: readonly string[]): void {
  const version = database.pragma("user_version", { simple: true }) as number;
  if (version > steps.length) {
    throw new DispatchedError(
      "invalid_configuration",
      `the data was written by a newer version of Dispatched (schema ${version}; this one knows ${steps.length})`,
      { hint: "run that version, or name another data folder" },
    );
  }
  steps.slice(version).forEach((step, index) => {
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
}
