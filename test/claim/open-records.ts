// What somebody can open who has these keys: tried, record by record.

import type { DataKey, Vault } from "../../src/ports/vault.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import type { SealedRecord } from "./sealed-records.ts";

export interface OpenedRecord {
  readonly record: SealedRecord;
  /** The key and the texts of all values. */
  readonly key: DataKey;
  readonly texts: readonly string[];
}

/** A record counts when all of its values open. What refuses otherwise than with `locked` or `sealed_data_damaged` is thrown. */
export function openRecords(vault: Vault, records: readonly SealedRecord[]): readonly OpenedRecord[] {
  const opened = new Map<SealedRecord, OpenedRecord>();
  const keys = new Map<string, DataKey>();
  // Children open under the run at the top, which may come later.
  for (const pass of ["tops", "children"] as const) {
    for (const record of records) {
      const under = pass === "children" && record.root !== null ? (keys.get(record.root) ?? null) : null;
      if (opened.has(record) || (pass === "children" && under === null)) continue;
      const one = openRecord(vault, record, under);
      if (one === null) continue;
      opened.set(record, one);
      keys.set(record.keyPlace.row, one.key);
    }
  }
  return [...opened.values()];
}

export function openRecord(vault: Vault, record: SealedRecord, under: DataKey | null): OpenedRecord | null {
  try {
    const key = vault.unwrapKey(record.keyPlace, record.kept, under);
    const texts = record.values.map(({ place, sealed }) =>
      new TextDecoder().decode(vault.open(key, place, sealed)),
    );
    return { record, key, texts };
  } catch (error) {
    if (error instanceof DispatchedError && ["locked", "sealed_data_damaged"].includes(error.code))
      return null;
    throw error;
  }
}

/** What a record is about, by what it says: `secret NAMED`. A run without a card says it in its first event. */
export function nameOf({ record, texts }: OpenedRecord): string {
  const { table } = record.keyPlace;
  const [said] = [JSON.parse(texts[0] ?? "null")].flat() as [Readonly<Record<string, unknown>>];
  const names: Readonly<Record<string, unknown>> = {
    definition: said["name"],
    secret: said["name"],
    incoming: said["type"],
    inbox: (said["body"] as { readonly type?: string } | undefined)?.type,
    delivery: (said["content"] as { readonly method?: string } | undefined)?.method,
    audit: Object.values(said).join(" "),
  };
  return `${table} ${names[table] ?? said["workflow"]}`;
}
