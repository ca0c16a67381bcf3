// The inbox: what comes for a tenant who is not signed in here waits, and is judged in its order at the next sign-in.

import { concat } from "../handshake/concat.ts";
import type {
  InboxFilter,
  InboxItem,
  InboxKind,
  InboxRoom,
  InboxRow,
  UnsealedItem,
} from "../ports/inbox-store.ts";
import type { IncomingRow, Page, TriggerRow } from "../ports/store.ts";
import { type HookId, type ItemId, newItemId, type RunId, type TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { followKey } from "./follow-key.ts";
import { hex } from "./hex.ts";
import type { Accepted, InboxItemView, InboxView } from "./inbox-api.ts";
import { type InboxBody, openItem, sealItem } from "./inbox-item.ts";
import { lockedRetryMs } from "./is-locked.ts";
import { type ItemHost, ItemJudge } from "./judge-item.ts";
import { keptOf, maskedCallback } from "./kept-callback.ts";
import { keyRotated } from "./key-rotated.ts";

const itemsMax = 64;
const triesMax = 8;
const retryMs = 1_000;
const cleanMs = 60_000;
const cleanMax = 500;
/** Of what was settled, and of hooks that were revoked: longer than an item waits. */
const keptMs = 30 * 86_400_000;

const most = Number.MAX_SAFE_INTEGER;
/** Who has the address of a callback fills no more of the inbox than that. */
const callbackRoom = { items: limits.callback_items, bytes: limits.callback_items_bytes } as const;
const anyRoom: InboxRoom = { items: most, hookBytes: most, bytes: most };

/** What is put; `once`: what makes it one, null when nothing does. */
export interface NewItem {
  readonly kind: Exclude<InboxKind, "event">;
  readonly once: string | null;
  readonly body: Exclude<InboxBody, { type: "event" }>;
  readonly hook?: HookId;
  readonly workflow?: Uint8Array;
  readonly trigger?: InboxItem["trigger"];
  /** How many may wait; the usual number for none. */
  readonly items?: number;
  /** The token of the callback that it answers. */
  readonly callback?: string;
  /** A due time is never refused. */
  readonly always?: boolean;
}

export class Inbox {
  readonly #host: ItemHost;
  readonly #judge: ItemJudge;
  /** Tenants whose items are being judged; `again`: more may have come. */
  readonly #draining = new Map<TenantId, { again: boolean }>();
  #stopped = true;

  constructor(host: ItemHost) {
    this.#host = host;
    this.#judge = new ItemJudge(host, () => this.#stopped);
  }

  get #room(): InboxRoom {
    return this.#host.runs.options.inboxRoom;
  }

  start(): void {
    this.#stopped = false;
    this.#look();
    this.#clean();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when it is durable. Errors: `inbox_full`, `inbox_bytes_full`. */
  async put(tenant: TenantId, item: NewItem): Promise<Extract<Accepted, { type: "item" }>> {
    const { vault, clock, entropy } = this.#host.ports;
    await this.#host.tenants.admit(tenant);
    const id = newItemId(clock.now(), entropy.bytes(10));
    const { kind, once, body, hook = null, workflow = null, trigger = null } = item;
    const named = once === null ? null : vault.hash(tenant, "inbox", `${kind}\n${once}`);
    const callback =
      item.callback === undefined ? null : vault.hash(tenant, "inbox", `called back\n${item.callback}`);
    const calledBack = callback === null ? {} : { calledBack: { prefix: callback, ...callbackRoom } };
    const hashed = callback === null ? named : concat(callback, named ?? encoder.encode(id));
    const times = this.#times();
    for (let tries = 0; tries < triesMax; tries++) {
      const sealed = sealItem(vault, tenant, id, body, { hook, workflow, trigger });
      const row = { tenant, id, kind, once: hashed, hook, workflow, trigger, ...times, ...sealed };
      const stored = await this.#store(
        row,
        item.always ? anyRoom : { ...this.#room, items: item.items ?? this.#room.items, ...calledBack },
      );
      if (stored !== "stale_key") return stored;
      await followKey(this.#host.ports, tenant);
    }
    throw keyRotated();
  }

  /** A due time of a schedule. Never refused: each comes once. */
  async putDue(row: TriggerRow, dueAt: number): Promise<void> {
    const { tenant, workflow, version, place } = row;
    await this.put(tenant, {
      kind: "cron",
      once: `${hex(workflow)}\n${place}\n${dueAt}`,
      body: { type: "cron", dueAt },
      workflow,
      trigger: { version, place, event: null },
      always: true,
    });
  }

  /** An event, for one of the triggers that it may start; as it came in, because it need not be open here. */
  async putEvent(incoming: IncomingRow, { workflow, version, place }: TriggerRow): Promise<void> {
    const { vault, clock, entropy } = this.#host.ports;
    const { tenant, id: event, key, sealed } = incoming;
    const id = newItemId(clock.now(), entropy.bytes(10));
    const once = vault.hash(tenant, "inbox", `event\n${hex(event)}\n${hex(workflow)}\n${place}`);
    const trigger = { version, place, event };
    const row: InboxItem = {
      ...{ tenant, id, kind: "event", once, hook: null, workflow, trigger, key, sealed },
      ...this.#times(),
    };
    // It is looked at again when the rotation has come to the event itself.
    if ((await this.#store(row, anyRoom)) === "stale_key") throw keyRotated();
  }

  /** Errors: `inbox_full`, `inbox_bytes_full`. */
  async checkRoom(tenant: TenantId): Promise<void> {
    const { inbox } = this.#host.ports.store;
    if ((await inbox.count(tenant, null)) >= this.#room.items) throw full();
    if ((await inbox.bytes(tenant)) >= this.#room.bytes) throw bytesFull();
  }

  /** The tenant has been opened here: what waits is judged. */
  unlocked(tenant: TenantId): void {
    const draining = this.#draining.get(tenant);
    if (draining !== undefined) draining.again = true;
    if (this.#stopped || draining !== undefined) return;
    const state = { again: false };
    this.#draining.set(tenant, state);
    const end = () => {
      this.#draining.delete(tenant);
      if (state.again) this.unlocked(tenant);
    };
    this.#drain(tenant).then(end, () => {
      if (this.#stopped) return;
      const { timers, ports } = this.#host.runs;
      timers.set(ports.clock.now() + retryMs, () => {
        state.again = true;
        end();
      });
    });
  }

  async list(
    tenant: TenantId,
    filter: InboxFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<InboxView>> {
    const page = await this.#host.ports.store.inbox.list(tenant, filter, cursor, limit);
    const rows: InboxView[] = [];
    for (const row of page.rows) rows.push(await this.#view(row));
    return { rows, next: page.next };
  }

  /** Errors: `item_not_found`, `locked`. */
  async show(tenant: TenantId, id: ItemId): Promise<InboxItemView> {
    const { store, vault } = this.#host.ports;
    const row = await store.inbox.read(tenant, id);
    if (row === null) throw new DispatchedError("item_not_found", `there is no item ${id}`);
    const content = row.sealed.length === 0 ? null : await this.#shown(openItem(vault, row));
    return { ...(await this.#view(row)), content };
  }

  async #shown(body: InboxBody): Promise<Json> {
    if (body.type !== "callback") return body as unknown as Json;
    // Whoever has the token answers as long as the wait stands.
    const { token: _token, masked: _masked, ...shown } = await maskedCallback(this.#host.signals, body);
    return shown;
  }

  async #view(row: UnsealedItem): Promise<InboxView> {
    const { id, no, kind, state, hook, run, reason, receivedAt, expiresAt, settledAt } = row;
    const workflow =
      row.workflow === null ? null : await this.#host.definitions.nameOf(row.tenant, row.workflow);
    return { id, number: no, kind, state, workflow, hook, run, reason, receivedAt, expiresAt, settledAt };
  }

  #times() {
    const receivedAt = this.#host.ports.clock.now();
    return { receivedAt, expiresAt: receivedAt + limits.inbox_ms };
  }

  async #store(item: InboxItem, room: InboxRoom): Promise<Extract<Accepted, { type: "item" }> | "stale_key"> {
    const { store, vault } = this.#host.ports;
    const put = await store.inbox.put(item, room);
    if (put.type === "full") throw full();
    if (put.type === "bytes_full") throw bytesFull();
    if (put.type === "callback_full") throw callbackFull();
    if (put.type === "stale_key") return "stale_key";
    // Opened meanwhile: who looked then did not see it.
    if (vault.isOpen(item.tenant)) this.unlocked(item.tenant);
    return { type: "item", item: put.id, repeated: put.type === "repeated" };
  }

  /** One after the other, each durable before the next is begun. */
  async #drain(tenant: TenantId): Promise<void> {
    const { store } = this.#host.ports;
    for (;;) {
      const rows = await store.inbox.waiting(tenant, 0, itemsMax);
      if (rows.length === 0) return;
      for (const row of rows) {
        if (this.#stopped || !this.#host.ports.vault.isOpen(tenant)) return;
        const { waited } = this.#host.runs.keys;
        waited.judging(tenant);
        await this.#settle(row).finally(() => waited.judged(tenant));
      }
    }
  }

  async #settle(row: InboxRow): Promise<void> {
    const { store, clock } = this.#host.ports;
    const isOver = row.expiresAt <= clock.now();
    const judged = isOver
      ? { state: "expired" as const, run: null, reason: null }
      : await this.#judge.judge(row);
    if (judged !== null) {
      const kept = judged.state === "started" ? {} : await keptOf(this.#host, row);
      await store.inbox.settle(row.tenant, [{ no: row.no, ...judged, ...kept }], clock.now());
    }
    if (isOver) return;
    this.#host.runs.keys.waited.item(row.tenant, row.receivedAt, judged?.state === "rejected");
  }

  /** What another node, where the tenant is not open, has put is found by looking. */
  #look(): void {
    if (this.#stopped) return;
    const { timers, ports } = this.#host.runs;
    for (const tenant of ports.vault.openTenants()) this.unlocked(tenant);
    timers.set(ports.clock.now() + lockedRetryMs, () => this.#look());
  }

  #clean(): void {
    if (this.#stopped) return;
    const { timers, ports } = this.#host.runs;
    const now = ports.clock.now();
    this.#dropOld(now).then(
      (more) => timers.set(ports.clock.now() + (more ? retryMs : cleanMs), () => this.#clean()),
      () => {
        ports.log.write("warn", "inbox.clean_failed", {});
        timers.set(ports.clock.now() + cleanMs, () => this.#clean());
      },
    );
  }

  /** True when there may be more. */
  async #dropOld(now: number): Promise<boolean> {
    const { store } = this.#host.ports;
    const expired = await store.inbox.expire(now, cleanMax);
    const dropped = await store.inbox.drop(now - keptMs, cleanMax);
    const forgotten = await store.deliveries.drop(now, cleanMax);
    const hooks = await store.hooks.drop(now - keptMs, cleanMax);
    if ((await store.grants.expire(now)) > 0) this.#host.runs.live.ended();
    return [expired, dropped, forgotten, hooks].includes(cleanMax);
  }
}

/** What names the item of a run, for what is sent to it. */
export function onceOf(run: RunId | string, name: string, key: string | null): string | null {
  return key === null ? null : `${run}\n${name}\n${key}`;
}

const encoder = new TextEncoder();

const signIn = {
  retryable: true,
  hint: "they are started when somebody of the tenant signs in: `dispatched login`",
} as const;

function full(): DispatchedError {
  return new DispatchedError("inbox_full", "as many items wait in the inbox as may", signIn);
}

function callbackFull(): DispatchedError {
  const message = `as many answers to this callback wait as may: ${limits.callback_items}, or 4 MiB of them`;
  return new DispatchedError("inbox_full", message, signIn);
}

function bytesFull(): DispatchedError {
  return new DispatchedError(
    "inbox_bytes_full",
    "the items that wait in the inbox may not become larger",
    signIn,
  );
}
