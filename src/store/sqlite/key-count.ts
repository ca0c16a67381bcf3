// Counts the records of a kind, a piece of an index at a time, so that nobody waits for millions.

import type { Database } from "better-sqlite3";
import type { KeyTable } from "./key-tables.ts";

type Value = string | number | Uint8Array;

/** Rows of a piece: some milliseconds. */
const pieceMax = 2_000;

/** @param start less than the identity of every record */
export function prepareKeyCount(database: Database, { table, where, order }: KeyTable) {
  const columns = order.map((column) => `t.${column}`).join(", ");
  const marks = order.map(() => "?").join(", ");
  const from = `FROM ${table} AS t WHERE t.tenant = ? AND (${columns}) > (${marks})`;
  const end = database
    .prepare<Value[], Value[]>(`SELECT ${columns} ${from} ORDER BY ${columns} LIMIT 1 OFFSET ${pieceMax - 1}`)
    .raw();
  const piece = database
    .prepare<Value[], number>(`SELECT count(*) ${from} AND (${columns}) <= (${marks}) AND ${where}`)
    .pluck();
  const rest = database.prepare<Value[], number>(`SELECT count(*) ${from} AND ${where}`).pluck();

  return function* count(owner: string | number, start: readonly Value[]): Generator<number, void> {
    for (let after = start; ; ) {
      const last = end.get(owner, ...after);
      if (last === undefined) return void (yield Number(rest.get(owner, ...after)));
      yield Number(piece.get(owner, ...after, ...last));
      after = last;
    }
  };
}
