// Writes of the inbox: what comes gets the next number; what waits is counted a hook.

import type { Database } from "better-sqlite3";
import type { InboxItem, InboxOutcome, InboxPut } from "../../ports/inbox-store.ts";
import type { KeyFence } from "./key-fence.ts";

export interface InboxWrites {
  isWaiting(tenant: string, no: number): boolean;
  put(item: InboxItem, max: number): InboxPut;
  settle(tenant: string, outcomes: readonly InboxOutcome[], at: number): void;
  expire(now: number, limit: number): number;
  drop(beforeMs: number, limit: number): number;
}

interface Due {
  readonly no: number;
  readonly tenant: string;
}

export function prepareInbox(database: Database, fence: KeyFence): InboxWrites {
  const statements = prepareStatements(database);

  function settle(tenant: string, { no, state, run, reason }: InboxOutcome, at: number): boolean {
    const hook = statements.waiting.get(tenant, no) as { readonly hook: string | null } | undefined;
    if (hook === undefined) return false;
    statements.settle.run({ no, state, run, reason, at });
    statements.uncount.run(tenant, hook.hook ?? "");
    return true;
  }

  return {
    isWaiting: (tenant, no) => statements.waiting.get(tenant, no) !== undefined,
    put(item, max) {
      const { tenant, id, once, hook, workflow, trigger } = item;
      const before = once === null ? undefined : statements.before.get(tenant, once);
      if (before !== undefined) return { type: "repeated", id: before as InboxItem["id"] };
      const waiting = (statements.counted.get(tenant, hook ?? "") as number | undefined) ?? 0;
      if (waiting >= max) return { type: "full" };
      if (!fence(tenant, item.key)) return { type: "stale_key" };
      const { version = null, place = null, event = null } = trigger ?? {};
      const { kind, receivedAt, expiresAt, key, sealed } = item;
      statements.insert.run({
        ...{ tenant, id, kind, once, hook, workflow, version, place, event },
        ...{ receivedAt, expiresAt, key, sealed },
      });
      statements.count.run(tenant, hook ?? "");
      return { type: "waiting", id };
    },
    settle(tenant, outcomes, at) {
      for (const outcome of outcomes) settle(tenant, outcome, at);
    },
    expire(now, limit) {
      const due = statements.due.all(now, limit);
      for (const { no, tenant } of due) {
        settle(tenant, { no, state: "expired", run: null, reason: null }, now);
      }
      return due.length;
    },
    drop: (beforeMs, limit) => statements.drop.run(beforeMs, limit).changes,
  };
}

function prepareStatements(database: Database) {
  return {
    before: database
      .prepare<[string, Uint8Array], string>("SELECT id FROM inbox WHERE tenant = ? AND once = ?")
      .pluck(),
    counted: database
      .prepare<[string, string], number>("SELECT waiting FROM inbox_count WHERE tenant = ? AND hook = ?")
      .pluck(),
    count: database.prepare(
      `INSERT INTO inbox_count (tenant, hook, waiting) VALUES (?, ?, 1)
       ON CONFLICT (tenant, hook) DO UPDATE SET waiting = waiting + 1`,
    ),
    uncount: database.prepare("UPDATE inbox_count SET waiting = waiting - 1 WHERE tenant = ? AND hook = ?"),
    insert: database.prepare(
      `INSERT INTO inbox (tenant, id, kind, once, hook, workflow, version, place, event, received_at, expires_at,
         key, sealed)
       VALUES (@tenant, @id, @kind, @once, @hook, @workflow, @version, @place, @event, @receivedAt, @expiresAt,
         @key, @sealed)`,
    ),
    waiting: database.prepare<[string, number]>(
      "SELECT hook FROM inbox WHERE tenant = ? AND no = ? AND state = 'waiting'",
    ),
    settle: database.prepare(
      `UPDATE inbox SET state = @state, run = @run, reason = @reason, settled_at = @at,
         sealed = CASE @state WHEN 'started' THEN x'' ELSE sealed END
       WHERE no = @no`,
    ),
    due: database.prepare<[number, number], Due>(
      `SELECT no, tenant FROM inbox INDEXED BY inbox_expires
       WHERE state = 'waiting' AND expires_at <= ? ORDER BY expires_at, no LIMIT ?`,
    ),
    drop: database.prepare(
      `DELETE FROM inbox WHERE no IN
         (SELECT no FROM inbox INDEXED BY inbox_settled WHERE settled_at < ? LIMIT ?)`,
    ),
  };
}
