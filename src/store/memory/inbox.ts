// The inbox of the memory store.

import type {
  InboxFilter,
  InboxItem,
  InboxOutcome,
  InboxPut,
  InboxRoom,
  InboxRow,
  InboxStore,
  UnsealedItem,
} from "../../ports/inbox-store.ts";
import type { Page } from "../../ports/store.ts";
import type { HookId, ItemId, TenantId } from "../../value/id.ts";
import { decodeCursor, pageOf } from "../cursor.ts";
import { hex } from "../hex.ts";
import { keepsOnce } from "../keeps-once.ts";
import { takesKey } from "./memory-keys.ts";
import type { MemoryTables } from "./memory-tables.ts";

const nothing = new Uint8Array(0);

export class MemoryInbox implements InboxStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async put(item: InboxItem, room: InboxRoom): Promise<InboxPut> {
    const { inbox } = this.#tables;
    const rows = [...inbox.values()].filter(({ tenant }) => tenant === item.tenant);
    const { once } = item;
    const before = once === null ? undefined : rows.find((row) => row.once && hex(row.once) === hex(once));
    if (before !== undefined) return { type: "repeated", id: before.id };
    const waiting = rows.filter(({ state }) => state === "waiting");
    if (isCallbackFull(waiting, item, room)) return { type: "callback_full" };
    const alike = waiting.filter(({ hook }) => hook === item.hook);
    if (alike.length >= room.items) return { type: "full" };
    const [ofHook, inAll] = [bytesOf([...alike, item]), bytesOf([...waiting, item])];
    if (inAll > room.bytes || (item.hook !== null && ofHook > room.hookBytes)) return { type: "bytes_full" };
    if (!takesKey(this.#tables, item.tenant, item.key)) return { type: "stale_key" };
    const no = ++this.#tables.lastItem;
    const row: InboxRow = { ...item, no, state: "waiting", run: null, reason: null, settledAt: null };
    inbox.set(`${item.tenant}/${item.id}`, row);
    return { type: "waiting", id: item.id };
  }

  async count(tenant: TenantId, hook: HookId | null): Promise<number> {
    return this.#fitting(tenant, (row) => row.state === "waiting" && row.hook === hook).length;
  }

  async countAll(tenant: TenantId): Promise<number> {
    return this.#fitting(tenant, (row) => row.state === "waiting").length;
  }

  async bytes(tenant: TenantId): Promise<number> {
    return bytesOf(this.#fitting(tenant, (row) => row.state === "waiting"));
  }

  async waiting(tenant: TenantId, after: number, limit: number): Promise<readonly InboxRow[]> {
    return this.#fitting(tenant, (row) => row.state === "waiting" && row.no > after).slice(0, limit);
  }

  async settle(tenant: TenantId, outcomes: readonly InboxOutcome[], at: number): Promise<void> {
    for (const outcome of outcomes) settleItem(this.#tables, tenant, outcome, at);
  }

  async expire(now: number, limit: number): Promise<number> {
    const due = [...this.#tables.inbox.values()].filter(
      ({ state, expiresAt }) => state === "waiting" && expiresAt <= now,
    );
    const expired = due.sort((a, b) => a.expiresAt - b.expiresAt || a.no - b.no).slice(0, limit);
    for (const row of expired) {
      this.#set(settled(row, { no: row.no, state: "expired", run: null, reason: null }, now));
    }
    return expired.length;
  }

  async drop(beforeMs: number, limit: number): Promise<number> {
    const old = [...this.#tables.inbox].filter(
      ([, { settledAt }]) => settledAt !== null && settledAt < beforeMs,
    );
    for (const [key] of old.slice(0, limit)) this.#tables.inbox.delete(key);
    return Math.min(old.length, limit);
  }

  async read(tenant: TenantId, id: ItemId): Promise<InboxRow | null> {
    return this.#tables.inbox.get(`${tenant}/${id}`) ?? null;
  }

  async list(
    tenant: TenantId,
    { states, hook }: InboxFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<UnsealedItem>> {
    const after = cursor === null ? 0 : Number(decodeCursor(cursor, 1)[0]);
    const found = this.#fitting(
      tenant,
      (row) =>
        row.no > after &&
        (states === undefined || states.includes(row.state)) &&
        (hook === undefined || row.hook === hook),
    );
    const unsealed = found.map(({ key: _key, sealed: _sealed, ...row }) => row);
    return pageOf(unsealed, limit, ({ no }) => [String(no)]);
  }

  #fitting(tenant: TenantId, fits: (row: InboxRow) => boolean): readonly InboxRow[] {
    return [...this.#tables.inbox.values()].filter((row) => row.tenant === tenant && fits(row));
  }

  #set(row: InboxRow): void {
    this.#tables.inbox.set(`${row.tenant}/${row.id}`, row);
  }
}

function isCallbackFull(
  waiting: readonly InboxRow[],
  { sealed }: InboxItem,
  { calledBack }: InboxRoom,
): boolean {
  if (calledBack === undefined) return false;
  const { prefix, items, bytes } = calledBack;
  const alike = waiting.filter(({ once }) => once !== null && hex(once).startsWith(hex(prefix)));
  return alike.length >= items || bytesOf(alike) + sealed.length > bytes;
}

function bytesOf(items: readonly InboxItem[]): number {
  return items.reduce((sum, { sealed }) => sum + sealed.length, 0);
}

export function isWaitingItem(tables: MemoryTables, tenant: TenantId, no: number): boolean {
  return waitingItem(tables, tenant, no) !== null;
}

export function settleItem(tables: MemoryTables, tenant: TenantId, outcome: InboxOutcome, at: number): void {
  const row = waitingItem(tables, tenant, outcome.no);
  const isOther = row !== null && outcome.kept !== undefined && hex(row.key) !== hex(outcome.kept.key);
  if (row !== null && !isOther) tables.inbox.set(`${tenant}/${row.id}`, settled(row, outcome, at));
}

function waitingItem(tables: MemoryTables, tenant: TenantId, no: number): InboxRow | null {
  for (const row of tables.inbox.values()) {
    if (row.no === no) return row.tenant === tenant && row.state === "waiting" ? row : null;
  }
  return null;
}

function settled(row: InboxRow, { state, run, reason, kept }: InboxOutcome, settledAt: number): InboxRow {
  const once = keepsOnce(row.kind, state) ? row.once : null;
  const sealed = state === "started" ? nothing : (kept?.sealed ?? row.sealed);
  return { ...row, once, state, run, reason, settledAt, sealed };
}
