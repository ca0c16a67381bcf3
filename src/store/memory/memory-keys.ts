// The data keys of tenants in the memory store, and their rotation.

import {
  isMarked,
  type KeptRecord,
  type KeyChange,
  type KeyKind,
  type KeyStore,
  keyKinds,
  keyMarkBytes,
  keyOfTrigger,
  type RotationRow,
  type RotationStep,
  sealedMark,
  type WholeRecord,
} from "../../ports/key-store.ts";
import type { Page } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, pageOf } from "../cursor.ts";
import { hex } from "../hex.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { replaceRecord } from "./replace-record.ts";

/** False for a key of a generation that has been replaced, and for any of a tenant that was deleted. */
export function takesKey(
  { rotations, deletedTenants }: MemoryTables,
  tenant: TenantId,
  key: Uint8Array,
): boolean {
  if (deletedTenants.has(tenant)) return false;
  const rotation = rotations.get(tenant);
  return rotation === undefined || isMarked(rotation.marks, key);
}

export class MemoryKeys implements KeyStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async list(
    tenant: TenantId,
    cursor: string | null,
    limit: number,
    whole: boolean,
  ): Promise<Page<KeptRecord>> {
    const after = cursor === null ? "" : (decodeCursor(cursor, 1)[0] as string);
    const found = this.#all(tenant).filter((record) => orderOf(record) > after);
    const { rows, next } = pageOf(found, limit, (record) => [orderOf(record)]);
    return { rows: whole ? rows : rows.map((record) => ({ ...record, whole: null })), next };
  }

  async listSealed(tenant: TenantId, limit: number): Promise<readonly KeptRecord[]> {
    return this.#all(tenant)
      .filter(
        ({ kind, key }) =>
          (kind === "trigger" ? keyOfTrigger(key)[0] : key[0]) === sealedMark && key.length > keyMarkBytes,
      )
      .slice(0, limit)
      .map((record) => ({ ...record, whole: null }));
  }

  async count(tenant: TenantId): Promise<number> {
    return this.#all(tenant).length;
  }

  async replace(
    tenant: TenantId,
    changes: readonly KeyChange[],
    step: RotationStep | null,
  ): Promise<number | null> {
    const { rotations } = this.#tables;
    const rotation = rotations.get(tenant);
    if (step !== null) {
      if (rotation === undefined || rotation.to !== step.to || rotation.endedAt !== null) return null;
      if (rotation.cursor !== step.before) return null;
      const { after: cursor, endedAt } = step;
      const previous = endedAt === null ? rotation.previous : null;
      rotations.set(tenant, { ...rotation, cursor, endedAt, previous, done: rotation.done + step.done });
    }
    return changes.filter((change) => replaceRecord(this.#tables, tenant, change)).length;
  }

  async readRotation(tenant: TenantId): Promise<RotationRow | null> {
    return this.#tables.rotations.get(tenant) ?? null;
  }

  #all(tenant: TenantId): readonly KeptRecord[] {
    const { runs, definitions, secrets, triggers, incoming, inbox, hooks, deliveries, grants, audit } =
      this.#tables;
    const found: KeptRecord[] = [];
    const add = (kind: KeyKind, row: string, key: Uint8Array, rest: Partial<KeptRecord & WholeRecord>) => {
      const { version = 0, place = 0, origin = null } = rest;
      const { live = null, sealed = key, root = null, lastSeq = 0 } = rest;
      const whole = { live, sealed, root, lastSeq, quiet: rest.quiet ?? true };
      if (key.length > 0) found.push({ kind, row, version, place, origin, key, whole });
    };
    for (const { tenant: owner, run, birth, head, lastSeq, owner: fence } of runs.values()) {
      if (owner !== tenant) continue;
      const { key, live, card: sealed, root } = birth;
      const quiet = head.endedAt !== null && head.dueAt === null && fence === 0 && birth.live === null;
      add(root === null ? "run" : "child", run, key, { live, sealed, root, lastSeq, quiet });
    }
    for (const row of definitions.values()) {
      if (row.tenant === tenant) add("definition", hex(row.name), row.key, { ...row });
    }
    for (const row of secrets.values())
      if (row.tenant === tenant) add("secret", hex(row.name), row.key, { ...row });
    for (const { tenant: owner, workflow, version, place, sealed } of triggers.values()) {
      if (owner === tenant) {
        add("trigger", hex(workflow), sealed, { version, place, sealed: new Uint8Array(0) });
      }
    }
    for (const { row } of incoming.values()) {
      if (row.tenant === tenant)
        add("incoming", hex(row.id), row.key, { live: row.live, sealed: row.sealed });
    }
    for (const { tenant: owner, id, trigger, key, sealed } of inbox.values()) {
      if (owner === tenant) add("inbox", id, key, { origin: trigger?.event ?? null, sealed });
    }
    for (const { tenant: owner, id, key, sealed } of hooks.values()) {
      if (owner === tenant) add("hook", id, key, { sealed });
    }
    for (const { tenant: owner, id, key, sealed } of deliveries.values()) {
      if (owner === tenant) add("delivery", id, key, { sealed });
    }
    for (const { tenant: owner, id, key, live, sealed } of grants.values()) {
      if (owner === tenant) add("grant", id, key, { live, sealed });
    }
    for (const { seq, body: origin, key, sealed } of audit.get(tenant) ?? []) {
      if (key !== null && sealed !== null) {
        add("audit", String(seq), key, { origin, sealed, quiet: false });
      }
    }
    return found.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  }
}

function orderOf({ kind, row, version, place }: KeptRecord): string {
  const number = (value: number) => String(value).padStart(16, "0");
  const name = kind === "audit" ? number(Number(row)) : row;
  return `${number(keyKinds.indexOf(kind))}/${name}/${number(version)}/${number(place)}`;
}
