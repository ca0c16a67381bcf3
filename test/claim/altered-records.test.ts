// Each byte of what is sealed flipped, and each pair of rows, columns, tenants and versions swapped: nothing of it opens.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DataKey, Place } from "../../src/ports/vault.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { EngineVault } from "../../src/vault/engine-vault.ts";
import { partWraps } from "../../src/vault/wrap-key.ts";
import { ClaimStage, type Loot, type Tenant, unlock } from "./claim-stage.ts";
import { openRecord } from "./open-records.ts";
import { type SealedRecord, sealedRecords } from "./sealed-records.ts";

const stage = new ClaimStage();
let tenants: readonly Tenant[];
let loot: Loot;
let records: readonly SealedRecord[];
/** In which both tenants are signed in; and in which nobody is. */
let open: EngineVault;
let locked: EngineVault;

before(async () => {
  await stage.start();
  tenants = [await stage.tenant(), await stage.tenant()];
  for (const tenant of tenants) {
    // Second versions.
    await tenant.client.putSecret("NAMED", "another value");
    const again = "name: done\nversion: 2\ntriggers: [{type: http}]\nsteps: {a: {value: 2}}\n";
    await tenant.client.putWorkflow("done", again, "yaml");
    await tenant.client.signOut(true);
    await stage.knock(tenant);
  }
  loot = stage.steal();
  records = sealedRecords(loot.database);
  locked = loot.vault();
  open = loot.vault();
  for (const tenant of tenants) unlock(open, tenant);
});

after(() => stage.end());

/** One way to a record's key, and the bytes that it takes. */
interface Way {
  readonly name: string;
  readonly record: SealedRecord;
  readonly vault: EngineVault;
  readonly under: DataKey | null;
  /** Where in `key` or `live` the wrap stands that this way opens. */
  readonly column: "key" | "live";
  readonly from: number;
  readonly to: number;
}

function waysOf(record: SealedRecord): readonly Way[] {
  const { kept, root } = record;
  const parts = partWraps(kept.key);
  assert.ok(parts !== null);
  const end = parts.forTenant.bytes.length;
  const own = { record: { ...record, kept: { key: kept.key, live: null } }, under: null };
  const ways: Way[] = [
    {
      ...own,
      name: `for the tenant, kind ${parts.forTenant.kind}`,
      vault: open,
      column: "key",
      from: 0,
      to: end,
    },
  ];
  if (kept.live !== null) {
    const to = kept.live.length;
    ways.push({ name: "for the engine", record, vault: locked, under: null, column: "live", from: 0, to });
  }
  const top = records.find(({ keyPlace }) => keyPlace.table === "run" && keyPlace.row === root);
  const under = top === undefined ? undefined : openRecord(locked, top, null)?.key;
  if (parts.underRoot !== null && under !== undefined) {
    const to = kept.key.length;
    ways.push({
      ...own,
      name: "under the run at the top",
      vault: locked,
      under,
      column: "key",
      from: end,
      to,
    });
  }
  return ways;
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ (1 << (at % 8));
  return copy;
}

/** How many records open of those that were tried. */
function countOpened(
  way: Way,
  altered: Iterable<SealedRecord>,
): { readonly tried: number; readonly opened: number } {
  let [tried, opened] = [0, 0];
  for (const record of altered) {
    tried++;
    if (openRecord(way.vault, record, way.under) !== null) opened++;
  }
  return { tried, opened };
}

function* flippedKeys({ record, column, from, to }: Way): Iterable<SealedRecord> {
  const bytes = record.kept[column] ?? new Uint8Array(0);
  for (let at = from; at < to; at++)
    yield { ...record, kept: { ...record.kept, [column]: flipped(bytes, at) } };
  for (let size = from; size < to; size++)
    yield { ...record, kept: { ...record.kept, [column]: bytes.subarray(0, size) } };
}

function* flippedValues({ record }: Way): Iterable<SealedRecord> {
  for (const { place, sealed } of record.values) {
    for (let at = 0; at < sealed.length; at++)
      yield { ...record, values: [{ place, sealed: flipped(sealed, at) }] };
    for (let size = 0; size < sealed.length; size++)
      yield { ...record, values: [{ place, sealed: sealed.subarray(0, size) }] };
  }
}

test("each byte flipped, and each cut: of every kind of record, by every way to its key", (context) => {
  const seen = new Map<string, { tried: number; opened: number }>();
  for (const record of records) {
    for (const way of waysOf(record)) {
      const name = `${record.keyPlace.table} ${way.name}`;
      if (seen.has(name)) continue;
      assert.ok(openRecord(way.vault, way.record, way.under) !== null, `${name} opens as it is`);
      const keys = countOpened(way, flippedKeys(way));
      const values = countOpened(way, flippedValues(way));
      seen.set(name, { tried: keys.tried + values.tried, opened: keys.opened + values.opened });
    }
  }
  const kinds = new Set(records.map(({ keyPlace }) => keyPlace.table));
  assert.deepEqual([...kinds].sort(), [
    "audit",
    "definition",
    "delivery",
    "grant",
    "hook",
    "inbox",
    "incoming",
    "run",
    "secret",
    "trigger",
  ]);
  for (const name of ["run for the engine", "run under the run at the top", "inbox for the tenant, kind 3"])
    assert.ok(seen.has(name), name);
  for (const [name, { tried, opened }] of seen) assert.equal(opened, 0, `${name}: ${opened} of ${tried}`);
  const all = [...seen.values()].reduce((sum, { tried }) => sum + tried, 0);
  context.diagnostic(`${all} alterations of ${seen.size} kinds and ways, all refused`);
});

/** The parts of a place, each taken from another one. */
function* moved(place: Place, others: readonly Place[]): Iterable<Place> {
  for (const other of others) {
    for (const part of ["tenant", "table", "column", "row", "version"] as const) {
      if (place[part] !== other[part]) yield { ...place, [part]: other[part] };
    }
  }
}

test("each row, column, tenant and version put in the place of each other", (context) => {
  let tried = 0;
  const refuse = (record: SealedRecord, what: string) => {
    tried++;
    assert.equal(openRecord(open, record, null), null, what);
  };
  const keys = records.map(({ keyPlace }) => keyPlace);
  const places = records.flatMap(({ values }) => values.map(({ place }) => place));
  for (const record of records) {
    for (const keyPlace of moved(record.keyPlace, keys))
      refuse({ ...record, keyPlace }, JSON.stringify(keyPlace));
    for (const { place, sealed } of record.values.slice(0, 2)) {
      for (const to of moved(place, places)) {
        refuse({ ...record, values: [{ place: to, sealed }] }, JSON.stringify(to));
      }
    }
  }
  context.diagnostic(`${tried} values and keys in other places, all refused`);
});

test("each pair of whole rows swapped, and the values of each pair under the key of the other", (context) => {
  let tried = 0;
  for (const a of records) {
    for (const b of records) {
      if (a === b) continue;
      const value = a.values[0];
      const other = b.values[0];
      assert.ok(value !== undefined && other !== undefined);
      const inItsPlace = { place: value.place, sealed: other.sealed };
      // Another tenant, row, table or version: the whole row, its value alone, its key alone.
      for (const swapped of [
        { ...a, kept: b.kept, values: [inItsPlace] },
        { ...a, values: [inItsPlace] },
        { ...a, kept: b.kept, values: [value] },
      ]) {
        tried++;
        assert.equal(openRecord(open, swapped, null), null, `${JSON.stringify([a.keyPlace, b.keyPlace])}`);
      }
    }
  }
  context.diagnostic(`${tried} swaps, all refused`);
});

test("what was wrapped for the engine opens for no other tenant, row or version either", (context) => {
  let tried = 0;
  const live = records.filter(({ kept }) => kept.live !== null);
  for (const a of live) {
    assert.ok(openRecord(locked, a, null) !== null);
    for (const b of live) {
      if (a === b) continue;
      tried++;
      assert.equal(openRecord(locked, { ...a, kept: { key: a.kept.key, live: b.kept.live } }, null), null);
      assert.equal(locked.rewrapLive(a.keyPlace, b.kept.live ?? new Uint8Array(0)), null);
    }
  }
  assert.ok(tried > 100);
  context.diagnostic(`${tried} swaps of engine wraps, all refused`);
});

test("rows of the two tenants are alike in everything but what is bound to the tenant", () => {
  const [ann, bob] = tenants.map(({ device }) => device.tenant as TenantId);
  const of = (tenant: TenantId | undefined) => records.filter(({ keyPlace }) => keyPlace.tenant === tenant);
  assert.equal(of(ann).length, of(bob).length);
  const rows = new Set(of(ann).map(({ keyPlace }) => keyPlace.row));
  assert.ok(
    !of(bob).some(({ keyPlace }) => rows.has(keyPlace.row)),
    "no keyed hash of one is that of the other",
  );
});
