// The store's contract: audit logs, alone and together with what is audited.

import { assert } from "../../value/assert.ts";
import { newHookId, type TenantId } from "../../value/id.ts";
import type { SessionRow, TenantRow } from "../account-store.ts";
import { type AuditAppend, type AuditRow, emptyHead } from "../audit-store.ts";
import type { HookRow } from "../inbox-store.ts";
import type { DefinitionRow, SecretRow, Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { bytesOf, epoch, hashOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [one, two] = [tenantOf(1), tenantOf(2)];

export const auditCases: readonly StoreCase[] = [
  { name: "audit entries are appended to the head, and read from any number on", run: appends },
  { name: "audit entries that do not follow the head are refused", run: refusesOthers },
  { name: "the audit logs of tenants are apart", run: separates },
  { name: "of audit entries appended at once to one head one stands", run: appendsConcurrently },
  { name: "a definition has its audit entry exactly when it was created", run: auditsDefinitions },
  { name: "a secret has its audit entry exactly when it was written", run: auditsSecrets },
  { name: "a hook has its audit entries exactly when it was made and revoked", run: auditsHooks },
  {
    name: "a tenant and its sessions have their audit entries exactly when they change",
    run: auditsAccounts,
  },
];

function entry(seq: number, tenant: TenantId = one, number = seq): AuditRow {
  const sealed = seq % 2 === 0 ? null : bytesOf(number + 3, 70);
  const key = sealed === null ? null : bytesOf(number + 2, 60);
  return { tenant, seq, body: bytesOf(number, 120), key, sealed, mac: bytesOf(number + 7, 32) };
}

/** Entry `seq` after that before it, as `entry` makes them. */
function after(seq: number, ...rows: readonly AuditRow[]): AuditAppend {
  return { after: seq === 0 ? emptyHead : { seq, mac: entry(seq).mac }, rows };
}

async function seqOf({ audit }: Store, tenant: TenantId = one): Promise<number> {
  return (await audit.head(tenant)).seq;
}

async function appends({ audit }: Store): Promise<void> {
  expectEqual(await audit.head(one), emptyHead, "the head of no log");
  expectEqual(await audit.read(one, 1, 10), [], "no log");
  expectEqual(await audit.append(one, after(0, entry(1))), true, "the first");
  expectEqual(await audit.append(one, after(1, entry(2), entry(3))), true, "two at once");
  expectEqual(await audit.head(one), { seq: 3, mac: entry(3).mac }, "the head");
  expectEqual(await audit.read(one, 1, 10), [entry(1), entry(2), entry(3)], "all");
  expectEqual(await audit.read(one, 2, 1), [entry(2)], "one of them");
  expectEqual(await audit.read(one, 4, 10), [], "what is not there");
}

async function refusesOthers(store: Store): Promise<void> {
  const { audit } = store;
  await audit.append(one, after(0, entry(1)));
  const others: readonly AuditAppend[] = [
    after(0, entry(1)),
    after(0, entry(1, one, 9)),
    after(2, entry(3)),
    { after: { seq: 1, mac: entry(5).mac }, rows: [entry(2)] },
  ];
  for (const [index, other] of others.entries()) {
    expectEqual(await audit.append(one, other), false, `other ${index}`);
  }
  expectEqual(await audit.read(one, 1, 10), [entry(1)], "what stands");
}

async function separates(store: Store): Promise<void> {
  const { audit } = store;
  await audit.append(one, after(0, entry(1)));
  await audit.append(one, after(1, entry(2)));
  expectEqual(await audit.head(two), emptyHead, "the head of another");
  expectEqual(await audit.append(two, after(0, entry(1, two, 8))), true, "the first of another");
  expectEqual(await audit.read(two, 1, 10), [entry(1, two, 8)], "the log of another");
  expectEqual(await audit.read(one, 1, 10), [entry(1), entry(2)], "the log of one");
}

async function appendsConcurrently({ audit }: Store): Promise<void> {
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  const results = await Promise.all(
    numbers.map((number) => audit.append(one, after(0, entry(1, one, number)))),
  );
  expectEqual(results.filter(Boolean).length, 1, "stand");
  expectEqual(await audit.read(one, 1, 10), [entry(1, one, results.indexOf(true) + 1)], "what stands");
}

async function auditsDefinitions(store: Store): Promise<void> {
  const row: DefinitionRow = {
    tenant: one,
    name: hashOf(1),
    version: 1,
    content: hashOf(2),
    key: bytesOf(1, 60),
    live: null,
    sealed: bytesOf(2, 600),
    createdAt: epoch,
    names: [],
  };
  expectEqual(await store.putDefinition(row, [], after(3, entry(4))), "audit_moved", "after no head");
  expectEqual(await store.readDefinition(one, row.name, 1), null, "nothing was written");
  expectEqual(await store.putDefinition(row, [], after(0, entry(1))), "created", "created");
  expectEqual(await store.putDefinition(row, [], after(1, entry(2))), "same", "the same again");
  const conflict = { ...row, content: hashOf(9) };
  expectEqual(await store.putDefinition(conflict, [], after(1, entry(2))), "conflict", "another");
  expectEqual(await store.audit.read(one, 1, 10), [entry(1)], "the log");
}

async function auditsSecrets(store: Store): Promise<void> {
  const rowOf = (version: number): SecretRow => ({
    tenant: one,
    name: hashOf(1),
    version,
    key: bytesOf(version, 60),
    live: null,
    sealed: bytesOf(version, 60),
    updatedAt: epoch,
  });
  expectEqual(await store.putSecret(rowOf(1), after(0, entry(1))), true, "the first");
  expectEqual(await store.putSecret(rowOf(2), after(0, entry(1))), "audit_moved", "after an older head");
  expectEqual(await store.readSecret(one, hashOf(1)), rowOf(1), "the first stands");
  expectEqual(await store.putSecret(rowOf(3), after(1, entry(2))), false, "not the next version");
  expectEqual(await store.putSecret(rowOf(2), after(1, entry(2))), true, "the second");
  expectEqual(await store.audit.read(one, 1, 10), [entry(1), entry(2)], "the log");
}

async function auditsHooks({ hooks, audit }: Store): Promise<void> {
  const [id, unknown] = [newHookId(epoch, bytesOf(1, 10)), newHookId(epoch, bytesOf(2, 10))];
  const row: HookRow = {
    tenant: one,
    id,
    token: bytesOf(3, 32),
    workflow: hashOf(1),
    verify: false,
    quota: 5,
    key: bytesOf(4, 60),
    sealed: bytesOf(5, 60),
    createdAt: epoch,
    revokedAt: null,
    code: new Uint8Array(32),
  };
  expectEqual(await hooks.put(row, 100, after(1, entry(2))), "audit_moved", "after no head");
  expectEqual(await hooks.list(one, null, 200), { rows: [], next: null }, "nothing was made");
  expectEqual(await hooks.put(row, 100, after(0, entry(1))), "put", "made");
  expectEqual(await hooks.revoke(one, unknown, epoch, after(1, entry(2))), false, "another");
  expectEqual(await hooks.revoke(one, id, epoch, after(0, entry(1))), "audit_moved", "an older head");
  expectEqual(await hooks.revoke(one, id, epoch, after(1, entry(2))), true, "revoked");
  expectEqual(await hooks.revoke(one, id, epoch, after(2, entry(3))), false, "revoked before");
  expectEqual(await audit.read(one, 1, 10), [entry(1), entry(2)], "the log");
}

async function auditsAccounts(store: Store): Promise<void> {
  const { accounts } = store;
  const code = bytesOf(21, 32);
  const keys = { generation: 1, publicKey: bytesOf(1, 32), sealKey: null, check: null };
  const tenant: TenantRow = { tenant: one, ...keys, apiKey: bytesOf(11, 32), createdAt: epoch, code };
  const token = bytesOf(5, 32);
  const times = { createdAt: epoch, expiresAt: epoch + 3_600_000 };
  const session: SessionRow = {
    tenant: one,
    token,
    generation: 1,
    ...times,
    sealed: bytesOf(6, 68),
    epoch: 4,
  };
  const use = { jti: "a", expiresAt: epoch + 60_000, session, change: null, ends: "nothing" } as const;
  assert(await accounts.createTenant(tenant, after(0, entry(1))), "the tenant is new");
  assert(!(await accounts.createTenant(tenant, after(1, entry(2)))), "the tenant is there");
  expectEqual(await seqOf(store), 1, "entries for the tenant");
  const moved = { ...use, audit: after(0, entry(1)) };
  expectEqual(await accounts.useHandshake(one, moved), "audit_moved", "after an older head");
  expectEqual(await accounts.readSessions([token]), [], "no session was opened");
  const first = { ...use, audit: after(1, entry(2)) };
  expectEqual(await accounts.useHandshake(one, first), "used", "after the head");
  const again = { ...use, audit: after(2, entry(3)) };
  expectEqual(await accounts.useHandshake(one, again), "replayed", "used before");
  expectEqual(await seqOf(store), 2, "entries for the session");
  expectEqual(await accounts.endSessions(one, token, after(0, entry(1))), "audit_moved", "an older head");
  expectEqual(await accounts.endSessions(one, token, after(2, entry(3))), 1, "ended");
  expectEqual(await accounts.endSessions(one, token, after(3, entry(4))), 0, "ended before");
  expectEqual(await seqOf(store), 3, "entries for its end");
  await accounts.useHandshake(one, { ...use, jti: "b", session: null, ends: "tenant" });
  expectEqual(await seqOf(store), 0, "the log went with the tenant");
}
