// What is stored under a key of a tenant that was replaced before: there must be nothing that came after the rotation began.

import { isMarked, keyOfTrigger } from "../ports/key-store.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import { simTenants } from "./sim-tenants.ts";

/** By tenant: which rotation was seen to begin, and what stood there then under the keys before it. */
export type SeenRotations = Map<string, { readonly to: number; readonly stood: ReadonlySet<string> }>;

/** Rows by name. Those that stood when a rotation was first seen are remembered in `seen`, and not told. */
export function storedUnderEnded(tables: MemoryTables, seen: SeenRotations): readonly string[] {
  const found: string[] = [];
  for (const tenant of simTenants) {
    const rotation = tables.rotations.get(tenant);
    if (rotation === undefined) continue;
    const ended = keysOf(tables, tenant).filter(
      ({ key }) => key.length > 0 && !isMarked(rotation.marks, key),
    );
    const before = seen.get(tenant);
    if (before?.to === rotation.to) {
      for (const { name } of ended) if (!before.stood.has(name)) found.push(name);
    } else {
      seen.set(tenant, { to: rotation.to, stood: new Set(ended.map(({ name }) => name)) });
    }
  }
  return found;
}

interface Stored {
  readonly name: string;
  readonly key: Uint8Array;
}

function keysOf(tables: MemoryTables, owner: string): readonly Stored[] {
  const found: Stored[] = [];
  const add = (kind: string, name: string, key: Uint8Array) => found.push({ name: `${kind} ${name}`, key });
  const { runs, definitions, secrets, triggers, incoming, inbox, hooks, deliveries, grants, audit } = tables;
  for (const [name, { tenant, birth }] of runs) if (tenant === owner) add("run", name, birth.key);
  for (const [name, { tenant, version, key }] of definitions)
    if (tenant === owner) add("definition", `${name}@${version}`, key);
  for (const [name, { tenant, version, key }] of secrets)
    if (tenant === owner) add("secret", `${name}@${version}`, key);
  for (const [name, { tenant, version, sealed }] of triggers)
    if (tenant === owner) add("trigger", `${name}@${version}`, keyOfTrigger(sealed));
  for (const [name, { row }] of incoming) if (row.tenant === owner) add("event", name, row.key);
  for (const [name, { tenant, key }] of inbox) if (tenant === owner) add("item", name, key);
  for (const [name, { tenant, key }] of hooks) if (tenant === owner) add("hook", name, key);
  for (const [name, { tenant, key }] of deliveries) if (tenant === owner) add("delivery", name, key);
  for (const [name, { tenant, key }] of grants) if (tenant === owner) add("grant", name, key);
  for (const { seq, key } of audit.get(owner as never) ?? [])
    if (key !== null) add("entry", `${owner} ${seq}`, key);
  return found;
}
