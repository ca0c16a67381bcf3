// Heads of runs as the writer keeps them: those that a node holds stay in memory, so that an append reads nothing.

import type { Database } from "better-sqlite3";
import { prepareDeletedTenants } from "./deleted-tenants.ts";
import { runIdBytes } from "./run-id-bytes.ts";

/** The changing part of a run's row, and what its indexes need to change with it. */
export interface Head {
  readonly no: number;
  readonly tenant: number;
  readonly createdAt: number;
  readonly workflow: Uint8Array;
  /** Bytes of the labels, one after the other, each behind its length; null for none. */
  readonly labels: Uint8Array | null;
  readonly status: number;
  readonly lastSeq: number;
  readonly owner: number;
  /** Bits as of `doings`. */
  readonly doing: number;
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  /** Keyed hash of how it ended badly, or null. */
  readonly failure: Uint8Array | null;
}

/** Runs kept at most; beyond it all are forgotten and read again as they come. */
const keptMax = 100_000;

export class Heads {
  readonly #tenants = new Map<string, number>();
  readonly #kept = new Map<string, Head>();
  readonly #isDeleted: (tenant: string) => boolean;
  readonly #tenantOf;
  readonly #addTenant;
  readonly #headOf;

  constructor(database: Database) {
    this.#isDeleted = prepareDeletedTenants(database);
    this.#tenantOf = database.prepare<[string], number>("SELECT no FROM tenant WHERE id = ?").pluck();
    this.#addTenant = database.prepare<[string]>("INSERT INTO tenant (id) VALUES (?)");
    this.#headOf = database.prepare<[number, Uint8Array], Head>(
      `SELECT h.no, h.tenant, h.created_at AS createdAt, h.workflow, h.labels, h.status, h.last_seq AS lastSeq, h.owner,
         h.doing, h.due_at AS dueAt, h.ended_at AS endedAt, h.failure
       FROM run AS r JOIN head AS h ON h.no = r.no WHERE r.tenant = ? AND r.id = ?`,
    );
  }

  /** The tenant's number, null when it has no runs or was deleted. */
  tenant(tenant: string): number | null {
    const known = this.#tenants.get(tenant);
    if (known !== undefined) return known;
    const no = this.#tenantOf.get(tenant) as number | undefined;
    if (no === undefined || this.#isDeleted(tenant)) return null;
    this.#tenants.set(tenant, no);
    return no;
  }

  addTenant(tenant: string): number {
    const no = Number(this.#addTenant.run(tenant).lastInsertRowid);
    this.#tenants.set(tenant, no);
    return no;
  }

  find(tenant: string, run: string): Head | null {
    const kept = this.#kept.get(tenant + run);
    if (kept !== undefined) return kept;
    const no = this.tenant(tenant);
    return no === null ? null : ((this.#headOf.get(no, runIdBytes(run)) as Head | undefined) ?? null);
  }

  keep(tenant: string, run: string, head: Head): void {
    if (this.#kept.size >= keptMax) this.#kept.clear();
    this.#kept.set(tenant + run, head);
  }

  forget(tenant: string, run: string): void {
    this.#kept.delete(tenant + run);
  }

  /** After a rollback nothing that is kept can be trusted. */
  forgetAll(): void {
    this.#kept.clear();
    this.#tenants.clear();
  }
}
