// Reads of actions on many runs.

import type { Database } from "better-sqlite3";
import type { BulkRow, BulkRun } from "../../ports/bulk-store.ts";
import type { Page } from "../../ports/store.ts";
import type { BulkId, TenantId } from "../../value/id.ts";
import { decodeCursor, lastId, pageOf } from "../cursor.ts";
import { bulkColumns, bulkOf, bulkRunOf, type SqlBulk, type SqlBulkRun } from "./bulk-rows.ts";
import { prepareOwner } from "./deleted-tenants.ts";

export class BulkReads {
  readonly #one;
  readonly #begun;
  readonly #page;
  readonly #runs;
  readonly #owner: (tenant: TenantId) => TenantId;

  constructor(database: Database) {
    this.#owner = prepareOwner(database);
    this.#one = database.prepare<[string, string], SqlBulk>(
      `SELECT ${bulkColumns} FROM bulk WHERE tenant = ? AND id = ?`,
    );
    this.#begun = database.prepare<[string, Uint8Array], SqlBulk & { readonly asked: Uint8Array }>(
      `SELECT ${bulkColumns}, asked FROM bulk WHERE tenant = ? AND begun_by = ?`,
    );
    this.#page = database.prepare<[string, string, number], SqlBulk>(
      `SELECT ${bulkColumns} FROM bulk WHERE tenant = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    );
    this.#runs = database.prepare<object, SqlBulkRun>(
      `SELECT place, run, done, code, created FROM bulk_run
       WHERE bulk = (SELECT no FROM bulk WHERE tenant = @tenant AND id = @id) AND place > @after
         AND (@only = 'all' OR (@only = 'refused' AND code IS NOT NULL) OR (@only = 'pending' AND done = 0))
       ORDER BY place LIMIT @limit`,
    );
  }

  one(tenant: TenantId, id: BulkId): BulkRow | null {
    const row = this.#one.get(this.#owner(tenant), id);
    return row === undefined ? null : bulkOf(row);
  }

  begun(tenant: TenantId, key: Uint8Array): { readonly row: BulkRow; readonly asked: Uint8Array } | null {
    const row = this.#begun.get(this.#owner(tenant), key);
    return row === undefined ? null : { row: bulkOf(row), asked: row.asked };
  }

  page(tenant: TenantId, cursor: string | null, limit: number): Page<BulkRow> {
    const before = cursor === null ? lastId : String(decodeCursor(cursor, 1)[0]);
    return pageOf(this.#page.all(this.#owner(tenant), before, limit + 1).map(bulkOf), limit, ({ id }) => [
      id,
    ]);
  }

  pending(tenant: TenantId, id: BulkId, limit: number): readonly BulkRun[] {
    return this.#runs
      .all({ tenant: this.#owner(tenant), id, after: -1, only: "pending", limit })
      .map(bulkRunOf);
  }

  runs(tenant: TenantId, id: BulkId, refused: boolean, cursor: string | null, limit: number): Page<BulkRun> {
    const after = cursor === null ? -1 : Number(decodeCursor(cursor, 1)[0]);
    const asked = {
      tenant: this.#owner(tenant),
      id,
      after,
      only: refused ? "refused" : "all",
      limit: limit + 1,
    };
    return pageOf(this.#runs.all(asked).map(bulkRunOf), limit, ({ place }) => [String(place)]);
  }
}
