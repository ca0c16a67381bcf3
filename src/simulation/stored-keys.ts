// What is stored under a key of a tenant that was replaced before: there must be nothing that came after the rotation began.

import { isMarked, keyOfTrigger } from "../ports/key-store.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import { simTenants } from "./sim-tenants.ts";

/**
 * By tenant: which rotation was seen to begin, what stood there then under the keys before it, and which keys were looked at
 * since: a key that is replaced is another.
 */
export type SeenRotations = Map<
  string,
  { readonly to: number; readonly stood: ReadonlySet<string>; readonly looked: WeakSet<Uint8Array> }
>;

/** Rows by name. Those that stood when a rotation was first seen are remembered in `seen`, and not told. */
export function storedUnderEnded(tables: MemoryTables, seen: SeenRotations): readonly string[] {
  const found: string[] = [];
  for (const tenant of simTenants) {
    const rotation = tables.rotations.get(tenant);
    if (rotation === undefined) continue;
    const before = seen.get(tenant);
    const isKnown = before?.to === rotation.to;
    const looked = isKnown ? before.looked : new WeakSet<Uint8Array>();
    const ended = namesOf(tables, tenant, (sealed, isTrigger) => {
      if (looked.has(sealed)) return false;
      looked.add(sealed);
      const key = isTrigger ? keyOfTrigger(sealed) : sealed;
      return key.length > 0 && !isMarked(rotation.marks, key);
    });
    if (isKnown) for (const name of ended) if (!before.stood.has(name)) found.push(name);
    if (!isKnown) seen.set(tenant, { to: rotation.to, stood: new Set(ended), looked });
  }
  return found;
}

/** Of the keys that `tells` is true of. */
function namesOf(
  tables: MemoryTables,
  owner: string,
  tells: (key: Uint8Array, isTrigger: boolean) => boolean,
): readonly string[] {
  const found: string[] = [];
  const add = (kind: string, name: string, key: Uint8Array, version = "") => {
    if (tells(key, kind === "trigger")) found.push(`${kind} ${name}${version}`);
  };
  const { runs, definitions, secrets, triggers, incoming, inbox, hooks, deliveries, grants, audit } = tables;
  for (const [name, { tenant, birth }] of runs) if (tenant === owner) add("run", name, birth.key);
  for (const [name, { tenant, version, key }] of definitions)
    if (tenant === owner) add("definition", name, key, `@${version}`);
  for (const [name, { tenant, version, key }] of secrets)
    if (tenant === owner) add("secret", name, key, `@${version}`);
  for (const [name, { tenant, version, sealed }] of triggers)
    if (tenant === owner) add("trigger", name, sealed, `@${version}`);
  for (const [name, { row }] of incoming) if (row.tenant === owner) add("event", name, row.key);
  for (const [name, { tenant, key }] of inbox) if (tenant === owner) add("item", name, key);
  for (const [name, { tenant, key }] of hooks) if (tenant === owner) add("hook", name, key);
  for (const [name, { tenant, key }] of deliveries) if (tenant === owner) add("delivery", name, key);
  for (const [name, { tenant, key }] of grants) if (tenant === owner) add("grant", name, key);
  for (const { seq, key } of audit.get(owner as never) ?? [])
    if (key !== null) add("entry", `${owner} `, key, `${seq}`);
  return found;
}
