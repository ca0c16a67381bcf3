// The store's contract: definitions and secrets.

import type { DefinitionRow, Page, SecretRow, Store } from "../store.ts";
import { expectEqual, expectError } from "./expect.ts";
import { bytesOf, epoch, hashOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const tenant = tenantOf(1);

export const recordCases: readonly StoreCase[] = [
  {
    name: "a definition is created once; the same again is same, another is a conflict",
    run: putsDefinitions,
  },
  { name: "of puts made at once one creates", run: putsConcurrently },
  { name: "a definition is read by version, or the highest", run: readsVersions },
  { name: "definitions are listed page by page, each with its highest version", run: listsDefinitions },
  { name: "versions are listed highest first, page by page", run: listsVersions },
  { name: "a cursor that these lists did not give is refused", run: refusesCursors },
  { name: "a secret's version rises by one", run: putsSecrets },
  { name: "a secret without a value stands as any", run: deletesSecrets },
  { name: "of writes of one secret made at once one stands", run: putsSecretsConcurrently },
];

function definition(name: number, version: number, changes: Partial<DefinitionRow> = {}): DefinitionRow {
  const number = name * 50 + version;
  return {
    tenant,
    name: hashOf(name),
    version,
    content: hashOf(number),
    key: bytesOf(number, 60),
    live: null,
    sealed: bytesOf(number, 3_000),
    createdAt: epoch + number,
    names: [hashOf(name + 500), hashOf(name + 501)],
    ...changes,
  };
}

function secret(name: number, version: number): SecretRow {
  const number = name * 50 + version;
  return {
    tenant,
    name: hashOf(name),
    version,
    key: bytesOf(number, 60),
    live: null,
    sealed: bytesOf(number, 500),
    updatedAt: epoch + number,
  };
}

async function putsDefinitions(store: Store): Promise<void> {
  const row = definition(1, 1);
  expectEqual(await store.putDefinition(row), "created", "first");
  // Sealed anew, the same content has other bytes.
  const again = { ...row, key: bytesOf(9, 60), sealed: bytesOf(8, 3_000), createdAt: epoch + 9_999 };
  expectEqual(await store.putDefinition(again), "same", "the same content");
  expectEqual(await store.putDefinition({ ...row, content: hashOf(9) }), "conflict", "other content");
  for (const expected of [0, 2]) {
    const moved = await store.putDefinition({ ...row, version: 2 }, [], undefined, expected);
    expectEqual(moved, "highest_moved", `the highest is not ${expected}`);
  }
  expectEqual(await store.readDefinition(tenant, row.name, 1), row, "what stands is the first");
  expectEqual(
    await store.putDefinition({ ...row, version: 2 }, [], undefined, 1),
    "created",
    "the same content as another version",
  );
}

async function putsConcurrently(store: Store): Promise<void> {
  const rows = [1, 2, 1, 3].map((number) => definition(1, 1, { content: hashOf(number) }));
  const results = await Promise.all(rows.map((row) => store.putDefinition(row)));
  expectEqual(results.filter((result) => result === "created").length, 1, "created");
  const stands = rows[results.indexOf("created")];
  expectEqual(await store.readDefinition(tenant, hashOf(1), 1), stands, "what stands");
}

async function readsVersions(store: Store): Promise<void> {
  for (const version of [2, 10, 1, 9]) await store.putDefinition(definition(1, version));
  await store.putDefinition(definition(2, 4));
  expectEqual(await store.readDefinition(tenant, hashOf(1), null), definition(1, 10), "the highest");
  for (const version of [1, 2, 9, 10]) {
    expectEqual(await store.readDefinition(tenant, hashOf(1), version), definition(1, version), `${version}`);
  }
  expectEqual(await store.readDefinition(tenant, hashOf(1), 3), null, "a version that is not there");
  expectEqual(await store.readDefinition(tenant, hashOf(3), null), null, "a name that is not there");
}

async function allOf<Row>(list: (cursor: string | null) => Promise<Page<Row>>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let page: Page<Row> = await list(null);
  for (;;) {
    rows.push(...page.rows);
    if (page.next === null) return rows;
    page = await list(page.next);
  }
}

async function listsDefinitions(store: Store): Promise<void> {
  expectEqual(await store.listDefinitions(tenant, null, 5), { rows: [], next: null }, "none");
  for (const name of [5, 3, 300, 1, 4, 2]) {
    for (let version = 1; version <= 1 + (name % 3); version++)
      await store.putDefinition(definition(name, version));
  }
  const all = await allOf((cursor) => store.listDefinitions(tenant, cursor, 100));
  const expected = [1, 2, 3, 4, 5, 300].map((name) => definition(name, 1 + (name % 3)));
  const sorted = all.toSorted((a, b) => a.createdAt - b.createdAt);
  expectEqual(sorted, expected, "each once, with its highest version");
  for (const limit of [1, 2, 5, 6]) {
    expectEqual(
      await allOf((cursor) => store.listDefinitions(tenant, cursor, limit)),
      all,
      `pages of ${limit}`,
    );
  }
}

async function listsVersions(store: Store): Promise<void> {
  for (const version of [3, 11, 1, 2, 10]) await store.putDefinition(definition(1, version));
  await store.putDefinition(definition(2, 7));
  const expected = [11, 10, 3, 2, 1].map((version) => definition(1, version));
  for (const limit of [1, 2, 4, 5, 6]) {
    const rows = await allOf((cursor) => store.listVersions(tenant, hashOf(1), cursor, limit));
    expectEqual(rows, expected, `pages of ${limit}`);
  }
  expectEqual(await store.listVersions(tenant, hashOf(3), null, 5), { rows: [], next: null }, "none");
}

async function refusesCursors(store: Store): Promise<void> {
  for (const cursor of ["", "x", "ä", "W10", "WzFd", "bnVsbA"]) {
    await expectError("invalid_cursor", cursor, () => store.listDefinitions(tenant, cursor, 5));
    await expectError("invalid_cursor", cursor, () => store.listVersions(tenant, hashOf(1), cursor, 5));
  }
}

async function putsSecrets(store: Store): Promise<void> {
  expectEqual(await store.readSecret(tenant, hashOf(1)), null, "none");
  expectEqual(await store.putSecret(secret(1, 2)), false, "a second before the first");
  expectEqual(await store.putSecret(secret(1, 1)), true, "the first");
  const otherKey = { ...secret(1, 1), key: bytesOf(9, 40) };
  expectEqual(await store.putSecret(otherKey), false, "the first again");
  expectEqual(await store.putSecret(secret(1, 3)), false, "a third before the second");
  expectEqual(await store.readSecret(tenant, hashOf(1)), secret(1, 1), "what stands");
  expectEqual(await store.putSecret(secret(1, 2)), true, "the second");
  expectEqual(await store.readSecret(tenant, hashOf(1)), secret(1, 2), "what stands then");
  const resealed = { ...secret(1, 2), sealed: bytesOf(8, 30) };
  expectEqual(await store.putSecret({ ...resealed, updatedAt: 77 }), true, "under the same key");
  expectEqual(await store.readSecret(tenant, hashOf(1)), resealed, "what it seals");
  expectEqual(await store.putSecret({ ...resealed, sealed: secret(1, 2).sealed }), true, "and again");
  await store.putSecret(secret(2, 1));
  const all = (await store.listSecrets(tenant)).toSorted((a, b) => a.updatedAt - b.updatedAt);
  expectEqual(all, [secret(1, 2), secret(2, 1)], "the list");
}

async function deletesSecrets(store: Store): Promise<void> {
  const empty = { ...secret(1, 2), key: new Uint8Array(), sealed: new Uint8Array() };
  await store.putSecret(secret(1, 1));
  expectEqual(await store.putSecret(empty), true, "one without a value");
  expectEqual(await store.readSecret(tenant, hashOf(1)), empty, "what stands");
  expectEqual(await store.listSecrets(tenant), [empty], "the list");
  expectEqual(await store.putSecret(secret(1, 1)), false, "a new first");
  expectEqual(await store.putSecret(empty), false, "one without a value again");
  expectEqual(await store.putSecret(secret(1, 3)), true, "the version after it");
}

async function putsSecretsConcurrently(store: Store): Promise<void> {
  const rows = [1, 2, 3].map((number) => ({
    ...secret(1, 1),
    key: bytesOf(number, 40),
    sealed: bytesOf(number, 50),
  }));
  const results = await Promise.all(rows.map((row) => store.putSecret(row)));
  expectEqual(results.filter((stands) => stands).length, 1, "one stands");
  expectEqual(await store.readSecret(tenant, hashOf(1)), rows[results.indexOf(true)], "the one that does");
}
