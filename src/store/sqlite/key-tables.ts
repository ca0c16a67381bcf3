// Which tables keep data keys of tenants, and where in them: one entry a kind of record.

import type { KeyKind } from "../../ports/key-store.ts";

export interface KeyTable {
  readonly kind: KeyKind;
  readonly table: string;
  /** How the table names a tenant: by its number, or by its id. */
  readonly tenant: "number" | "id";
  /** The column of the record's identity, and what it holds. */
  readonly id: string;
  readonly idType: "run" | "hash" | "text" | "number";
  readonly version: string | null;
  readonly place: string | null;
  /** The primary key, or a unique index, behind the tenant: pages follow it. */
  readonly order: readonly string[];
  readonly key: string;
  /** Where within `key` the wrap begins, from 1. */
  readonly keyAt: number;
  readonly sealed: string;
  /** SQL of `KeptRecord.origin`. */
  readonly origin: string;
  readonly where: string;
  /** SQL of whether a row is of another kind: a page counts it, so that no page looks at more rows than its limit. */
  readonly isOther: string;
  /** SQL of the index of pages, where the planner may take another. */
  readonly via: string;
  /** SQL of the key as the engine alone may open it. */
  readonly live: string;
  /** Whether a record gets another data key in a column of its own, beside what that seals. */
  readonly isFreshened: boolean;
}

const run = {
  table: "run",
  tenant: "number",
  id: "id",
  idType: "run",
  version: null,
  place: null,
  order: ["id"],
  key: "key",
  keyAt: 1,
  sealed: "card",
  origin: "NULL",
  isOther: "0",
  via: "",
  live: "(SELECT live FROM head WHERE head.no = t.no)",
  isFreshened: true,
} as const;

const record = {
  ...run,
  idType: "hash",
  sealed: "sealed",
  live: "t.live",
  where: "length(t.key) > 0",
} as const;
const named = { ...record, tenant: "id", idType: "text", live: "NULL" } as const;
const versioned = { ...record, tenant: "id", id: "name", version: "version" } as const;

export const keyTables: readonly KeyTable[] = [
  { ...run, kind: "run", where: "TRUE", isOther: "t.root IS NOT NULL" },
  { ...run, kind: "child", where: "t.root IS NOT NULL", via: "INDEXED BY run_child" },
  { ...versioned, kind: "definition", table: "definition", order: ["name", "version"] },
  { ...versioned, kind: "secret", table: "secret", order: ["name"] },
  {
    ...versioned,
    kind: "trigger",
    table: "workflow_trigger",
    id: "workflow",
    place: "place",
    order: ["workflow", "place", "version"],
    key: "sealed",
    keyAt: 3,
    sealed: "''",
    live: "NULL",
    isFreshened: false,
    where: "TRUE",
  },
  { ...record, kind: "incoming", table: "incoming" },
  { ...named, kind: "inbox", table: "inbox", origin: "t.event" },
  { ...named, kind: "hook", table: "hook" },
  { ...named, kind: "delivery", table: "delivery" },
  { ...named, kind: "grant", table: "standing_grant", live: "t.live" },
  {
    ...named,
    kind: "audit",
    table: "audit",
    id: "seq",
    idType: "number",
    order: ["seq"],
    origin: "t.body",
    where: "t.key IS NOT NULL",
    isFreshened: false,
  },
];

/** The columns that name a record within its tenant. */
export function nameColumns({ id, version, place }: KeyTable): readonly string[] {
  return [id, ...(version === null ? [] : [version]), ...(place === null ? [] : [place])];
}
