// Reads of the SQLite store: prepared, by primary key or a covering index.

import type { Database, Statement } from "better-sqlite3";
import type {
  DefinitionRow,
  EventBatch,
  Fence,
  Page,
  RunFilter,
  RunRow,
  SecretRow,
} from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import {
  batchOf,
  definitionOf,
  runOf,
  type SqlDefinition,
  type SqlEvent,
  type SqlRun,
  type SqlSecret,
  secretOf,
  statusNumber,
} from "./rows.ts";

type Bound = string | number | Uint8Array;

export class Reads {
  readonly #database: Database;
  /** Statements kept by their text: the list of runs has one for each combination of filters. */
  readonly #kept = new Map<string, Statement<Bound[]>>();

  constructor(database: Database) {
    this.#database = database;
  }

  nextDueAt(): number | null {
    const text = "SELECT min(due_at) AS at FROM run WHERE owner = 0 AND due_at IS NOT NULL";
    return (this.#prepare(text).get() as { readonly at: number | null }).at;
  }

  held(fence: Fence, cursor: string | null, limit: number): Page<RunRow> {
    const [tenant, run] = cursor === null ? ["", ""] : (decodeCursor(cursor, 2) as [string, string]);
    const text = `SELECT * FROM run WHERE owner = ? AND owner <> 0 AND (tenant, run) > (?, ?)
      ORDER BY tenant, run LIMIT ?`;
    const rows = this.#prepare(text).all(fence, tenant, run, limit + 1) as SqlRun[];
    return pageOf(rows.map(runOf), limit, (row) => [row.tenant, row.run]);
  }

  run(tenant: TenantId, run: RunId): RunRow | null {
    const row = this.#prepare("SELECT * FROM run WHERE tenant = ? AND run = ?").get(tenant, run);
    return row === undefined ? null : runOf(row as SqlRun);
  }

  runByStartKey(tenant: TenantId, startKey: Uint8Array): RunRow | null {
    const row = this.#prepare("SELECT * FROM run WHERE tenant = ? AND start_key = ?").get(tenant, startKey);
    return row === undefined ? null : runOf(row as SqlRun);
  }

  events(tenant: TenantId, run: RunId, afterSeq: number, limit: number): readonly EventBatch[] {
    // Batches follow each other without gaps: the first that matters is the last one that begins at or before it.
    const text = `
      SELECT first_seq, last_seq, summaries, sealed FROM event
      WHERE tenant = ? AND run = ? AND first_seq >= coalesce(
        (SELECT max(first_seq) FROM event WHERE tenant = ? AND run = ? AND first_seq <= ?), 0) AND last_seq > ?
      ORDER BY first_seq LIMIT ?`;
    const bound: Bound[] = [tenant, run, tenant, run, afterSeq + 1, afterSeq, limit];
    return (this.#prepare(text).all(...bound) as SqlEvent[]).map(batchOf);
  }

  runs(tenant: TenantId, filter: RunFilter, cursor: string | null, limit: number): Page<RunRow> {
    const { text, bound } = runsQuery(tenant, filter, cursor, limit + 1);
    const rows = this.#prepare(text).all(...bound) as SqlRun[];
    return pageOf(rows.map(runOf), limit, (row) => [row.run]);
  }

  definition(tenant: TenantId, name: Uint8Array, version: number | null): DefinitionRow | null {
    const text = `SELECT * FROM definition WHERE tenant = ? AND name = ?${version === null ? "" : " AND version = ?"}
      ORDER BY version DESC LIMIT 1`;
    const bound: Bound[] = version === null ? [tenant, name] : [tenant, name, version];
    const row = this.#prepare(text).get(...bound);
    return row === undefined ? null : definitionOf(row as SqlDefinition);
  }

  definitions(tenant: TenantId, cursor: string | null, limit: number): Page<DefinitionRow> {
    const after =
      cursor === null ? Buffer.alloc(0) : Buffer.from(decodeCursor(cursor, 1)[0] as string, "hex");
    const text = `
      SELECT * FROM definition AS d WHERE tenant = ? AND name > ? AND version =
        (SELECT max(version) FROM definition WHERE tenant = d.tenant AND name = d.name)
      ORDER BY name LIMIT ?`;
    const rows = this.#prepare(text).all(tenant, after, limit + 1) as SqlDefinition[];
    return pageOf(rows.map(definitionOf), limit, (row) => [Buffer.from(row.name).toString("hex")]);
  }

  versions(tenant: TenantId, name: Uint8Array, cursor: string | null, limit: number): Page<DefinitionRow> {
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(cursor, 1)[0]);
    const text = `SELECT * FROM definition WHERE tenant = ? AND name = ? AND version < ?
      ORDER BY version DESC LIMIT ?`;
    const rows = this.#prepare(text).all(tenant, name, before, limit + 1) as SqlDefinition[];
    return pageOf(rows.map(definitionOf), limit, (row) => [String(row.version)]);
  }

  secret(tenant: TenantId, name: Uint8Array): SecretRow | null {
    const row = this.#prepare("SELECT * FROM secret WHERE tenant = ? AND name = ?").get(tenant, name);
    return row === undefined ? null : secretOf(row as SqlSecret);
  }

  secrets(tenant: TenantId): readonly SecretRow[] {
    return (this.#prepare("SELECT * FROM secret WHERE tenant = ?").all(tenant) as SqlSecret[]).map(secretOf);
  }

  #prepare(text: string): Statement<Bound[]> {
    const kept = this.#kept.get(text) ?? this.#database.prepare<Bound[]>(text);
    this.#kept.set(text, kept);
    return kept;
  }
}

/** Newest first: ids of runs sort by time. The most selective filter leads, the others are tested on its rows. */
function runsQuery(tenant: TenantId, filter: RunFilter, cursor: string | null, limit: number) {
  const bound: Bound[] = [tenant];
  const where = ["r.tenant = ?"];
  const add = (text: string, ...values: readonly Bound[]) => {
    where.push(text);
    bound.push(...values);
  };
  const { label, workflow, statuses, createdFrom, createdTo } = filter;
  const from = label === undefined ? "run AS r" : "run_label AS l CROSS JOIN run AS r";
  if (label !== undefined)
    add("l.tenant = r.tenant AND l.run = r.run AND l.label = ? AND l.tenant = ?", label, tenant);
  if (workflow !== undefined) add("r.workflow = ?", workflow);
  if (statuses !== undefined)
    add(`r.status IN (${statuses.map(() => "?").join(",")})`, ...statuses.map(statusNumber));
  if (createdFrom !== undefined) add("r.created_at >= ?", createdFrom);
  if (createdTo !== undefined) add("r.created_at < ?", createdTo);
  const order = label === undefined ? "r.run" : "l.run";
  if (cursor !== null) add(`${order} < ?`, decodeCursor(cursor, 1)[0] as string);
  bound.push(limit);
  const text = `SELECT r.* FROM ${from} WHERE ${where.join(" AND ")} ORDER BY ${order} DESC LIMIT ?`;
  return { text, bound };
}

function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
): Page<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
