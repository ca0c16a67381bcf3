// Writes of the inbox: what comes gets the next number; what waits is counted a hook.

import type { Database } from "better-sqlite3";
import type { InboxItem, InboxOutcome, InboxPut, InboxRoom } from "../../ports/inbox-store.ts";
import { keepsOnce } from "../keeps-once.ts";
import { prepareDeletedTenants } from "./deleted-tenants.ts";
import type { KeyFence } from "./key-fence.ts";
import { doSome } from "./within-work.ts";

export interface InboxWrites {
  isWaiting(tenant: string, no: number): boolean;
  put(item: InboxItem, room: InboxRoom): InboxPut;
  settle(tenant: string, outcomes: readonly InboxOutcome[], at: number): void;
  expire(now: number, limit: number): number;
  drop(beforeMs: number, limit: number): number;
}

interface Waiting {
  readonly kind: InboxItem["kind"];
  readonly hook: string | null;
  readonly bytes: number;
  readonly key: Buffer;
}

interface Old {
  readonly no: number;
  readonly bytes: number;
}

interface Due extends Old {
  readonly tenant: string;
}

/** Bytes of `once` behind those that name a callback, at most. */
const onceMax = 64;

export function prepareInbox(database: Database, fence: KeyFence): InboxWrites {
  const statements = prepareStatements(database);
  const isDeleted = prepareDeletedTenants(database);

  function settle(tenant: string, { no, state, run, reason, kept }: InboxOutcome, at: number): boolean {
    const item = statements.waiting.get(tenant, no);
    if (item === undefined || (kept !== undefined && !item.key.equals(kept.key))) return false;
    const keeps = keepsOnce(item.kind, state) ? 1 : 0;
    statements.settle.run({ no, state, run, reason, at, keeps, sealed: kept?.sealed ?? null });
    statements.uncount.run({ tenant, hook: item.hook ?? "", bytes: item.bytes });
    statements.uncountBytes.run(item.bytes, tenant);
    return true;
  }

  function fullness({ tenant, hook, sealed }: InboxItem, room: InboxRoom): "full" | "bytes_full" | null {
    const { waiting = 0, bytes = 0 } = statements.counted.get(tenant, hook ?? "") ?? {};
    if (waiting >= room.items) return "full";
    if (hook !== null && bytes + sealed.length > room.hookBytes) return "bytes_full";
    const inAll = statements.countedBytes.get(tenant) ?? 0;
    return inAll + sealed.length > room.bytes ? "bytes_full" : null;
  }

  function isCallbackFull({ tenant, sealed }: InboxItem, { calledBack }: InboxRoom): boolean {
    if (calledBack === undefined) return false;
    const { prefix, items, bytes } = calledBack;
    const after = Buffer.concat([prefix, Buffer.alloc(onceMax, 0xff)]);
    const alike = statements.calledBack.get(tenant, prefix, after);
    return alike !== undefined && (alike.items >= items || alike.bytes + sealed.length > bytes);
  }

  return {
    isWaiting: (tenant, no) => statements.waiting.get(tenant, no) !== undefined,
    put(item, room) {
      const { tenant, id, once, hook, workflow, trigger } = item;
      if (isDeleted(tenant)) return { type: "stale_key" };
      const before = once === null ? undefined : statements.before.get(tenant, once);
      if (before !== undefined) return { type: "repeated", id: before as InboxItem["id"] };
      if (isCallbackFull(item, room)) return { type: "callback_full" };
      const full = fullness(item, room);
      if (full !== null) return { type: full };
      if (!fence(tenant, item.key)) return { type: "stale_key" };
      const { version = null, place = null, event = null } = trigger ?? {};
      const { kind, receivedAt, expiresAt, key, sealed } = item;
      statements.insert.run({
        ...{ tenant, id, kind, once, hook, workflow, version, place, event },
        ...{ receivedAt, expiresAt, key, sealed },
      });
      statements.count.run({ tenant, hook: hook ?? "", bytes: sealed.length });
      statements.countBytes.run(tenant, sealed.length);
      return { type: "waiting", id };
    },
    settle(tenant, outcomes, at) {
      for (const outcome of outcomes) settle(tenant, outcome, at);
    },
    expire(now, limit) {
      return doSome(statements.due.all(now, limit), limit, ({ no, tenant }) => {
        settle(tenant, { no, state: "expired", run: null, reason: null }, now);
      });
    },
    drop: (beforeMs, limit) =>
      doSome(statements.old.all(beforeMs, limit), limit, ({ no }) => statements.remove.run(no)),
  };
}

function prepareStatements(database: Database) {
  return {
    before: database
      .prepare<[string, Uint8Array], string>("SELECT id FROM inbox WHERE tenant = ? AND once = ?")
      .pluck(),
    calledBack: database.prepare<
      [string, Uint8Array, Uint8Array],
      { readonly items: number; readonly bytes: number }
    >(
      `SELECT count(*) AS items, coalesce(sum(length(sealed)), 0) AS bytes FROM inbox INDEXED BY inbox_once
       WHERE tenant = ? AND once >= ? AND once <= ? AND state = 'waiting'`,
    ),
    counted: database.prepare<[string, string], { readonly waiting: number; readonly bytes: number }>(
      "SELECT waiting, bytes FROM inbox_count WHERE tenant = ? AND hook = ?",
    ),
    count: database.prepare(
      `INSERT INTO inbox_count (tenant, hook, waiting, bytes) VALUES (@tenant, @hook, 1, @bytes)
       ON CONFLICT (tenant, hook) DO UPDATE SET waiting = waiting + 1, bytes = bytes + excluded.bytes`,
    ),
    uncount: database.prepare(
      `UPDATE inbox_count SET waiting = waiting - 1, bytes = bytes - @bytes
       WHERE tenant = @tenant AND hook = @hook`,
    ),
    countedBytes: database
      .prepare<[string], number>("SELECT bytes FROM inbox_bytes WHERE tenant = ?")
      .pluck(),
    countBytes: database.prepare(
      `INSERT INTO inbox_bytes (tenant, bytes) VALUES (?, ?)
       ON CONFLICT (tenant) DO UPDATE SET bytes = bytes + excluded.bytes`,
    ),
    uncountBytes: database.prepare("UPDATE inbox_bytes SET bytes = bytes - ? WHERE tenant = ?"),
    insert: database.prepare(
      `INSERT INTO inbox (tenant, id, kind, once, hook, workflow, version, place, event, received_at, expires_at,
         key, sealed)
       VALUES (@tenant, @id, @kind, @once, @hook, @workflow, @version, @place, @event, @receivedAt, @expiresAt,
         @key, @sealed)`,
    ),
    waiting: database.prepare<[string, number], Waiting>(
      "SELECT kind, hook, length(sealed) AS bytes, key FROM inbox WHERE tenant = ? AND no = ? AND state = 'waiting'",
    ),
    settle: database.prepare(
      `UPDATE inbox SET state = @state, run = @run, reason = @reason, settled_at = @at,
         once = CASE @keeps WHEN 1 THEN once ELSE NULL END,
         sealed = CASE @state WHEN 'started' THEN x'' ELSE coalesce(@sealed, sealed) END
       WHERE no = @no`,
    ),
    due: database.prepare<[number, number], Due>(
      `SELECT no, tenant, length(sealed) AS bytes FROM inbox INDEXED BY inbox_expires
       WHERE state = 'waiting' AND expires_at <= ? ORDER BY expires_at, no LIMIT ?`,
    ),
    old: database.prepare<[number, number], Old>(
      `SELECT no, length(sealed) AS bytes FROM inbox INDEXED BY inbox_settled
       WHERE settled_at IS NOT NULL AND settled_at < ? LIMIT ?`,
    ),
    remove: database.prepare<[number]>("DELETE FROM inbox WHERE no = ?"),
  };
}
