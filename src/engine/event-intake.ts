// Takes CloudEvents: each is stored once, ends waits, and starts the runs of event triggers.

import type { IncomingRow, TriggerRow } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definitions } from "./definitions.ts";
import type { CloudEvent, EventReceipt } from "./engine-api.ts";
import { followEpoch } from "./follow-epoch.ts";
import { followKey } from "./follow-key.ts";
import type { Grants } from "./grants.ts";
import type { Inbox } from "./inbox.ts";
import { type OpenedIncoming, openIncoming, sealIncoming } from "./incoming.ts";
import { isLocked, lockedRetryMs } from "./is-locked.ts";
import type { ItemHost } from "./judge-item.ts";
import { keyRotated } from "./key-rotated.ts";
import { openFresh } from "./open-fresh.ts";
import type { EnginePorts } from "./ports.ts";
import type { Runs } from "./runs.ts";
import { sameBytes } from "./same-bytes.ts";
import { startByEvent, stopping } from "./start-by-event.ts";
import type { RunStarter } from "./start-run.ts";
import type { Tenants } from "./tenants.ts";
import type { Timer, Timers } from "./timers.ts";

const unsettledMax = 64;
const triesMax = 8;
const retryMs = 1_000;
/** Every node looks so often for what another acknowledged and could not settle before it went away. */
const lookMs = 5_000;
/** Events are kept for the waits of a day, and an hour more for slow clocks. */
const keptMs = 25 * 3_600_000;
const cleanMs = 600_000;
/** Events forgotten in one write, so that it holds no append up for long, and the pause before the next. */
const cleanMax = 500;
const pauseMs = 50;

export class EventIntake {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  readonly #timers: Timers;
  readonly #definitions: Definitions;
  readonly #starter: RunStarter;
  readonly #tenants: Tenants;
  readonly #grants: Grants;
  readonly #inbox: Inbox;
  #settling = false;
  #again = false;
  #stopped = true;
  #timer: Timer | null = null;

  constructor({ ports, runs, definitions, starter, tenants }: ItemHost, grants: Grants, inbox: Inbox) {
    this.#tenants = tenants;
    this.#grants = grants;
    this.#inbox = inbox;
    this.#ports = ports;
    this.#runs = runs;
    this.#timers = runs.timers;
    this.#definitions = definitions;
    this.#starter = starter;
  }

  start(): void {
    this.#stopped = false;
    this.#settle();
    this.#cleanIn(cleanMs);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Somebody of a tenant has signed in: what waited for its keys is looked at again. */
  unlocked(): void {
    this.#settle();
  }

  /**
   * Resolves when all are durable, by one write. What they start follows by itself; while nobody of the tenant is signed
   * in, what waits for it in the inbox is durable, too. Errors: `inbox_full`, `inbox_bytes_full`.
   */
  async put(tenant: TenantId, events: readonly CloudEvent[]): Promise<readonly EventReceipt[]> {
    if (events.length === 0) return [];
    const { vault, clock } = this.#ports;
    const isOpen = vault.isOpen(tenant);
    await this.#tenants.admit(tenant);
    if (!isOpen) await this.#inbox.checkRoom(tenant);
    const { rows, fresh } = await this.#store(tenant, events, clock.now());
    this.#runs.incoming(tenant);
    try {
      if (!isOpen) await this.#wait(rows.filter((_, index) => fresh[index] === true));
    } finally {
      this.#settle();
    }
    return events.map(({ id, source }, index) => ({ id, source, repeated: fresh[index] !== true }));
  }

  async #store(tenant: TenantId, events: readonly CloudEvent[], receivedAt: number) {
    const { vault, store } = this.#ports;
    // What was sealed for an epoch, or a key of the tenant, that was replaced meanwhile is sealed anew.
    for (let tries = 0; tries < triesMax; tries++) {
      const rows = events.map((event) => sealIncoming(vault, tenant, event, receivedAt));
      const fresh = await store.putIncoming(rows);
      if (fresh !== null) return { rows, fresh };
      await followEpoch(this.#ports);
      await followKey(this.#ports, tenant);
    }
    throw keyRotated();
  }

  /** They get their places in the line before their sender is answered; should that fail, they get them by and by. */
  async #wait(rows: readonly IncomingRow[]): Promise<void> {
    for (const row of rows) {
      const triggers = await this.#ports.store.listEventTriggers(row.tenant, row.topics[0] as Uint8Array);
      for (const trigger of triggers) {
        const admission = await this.#grants.admit(row.tenant, trigger.workflow, "event");
        if (admission === null) await this.#inbox.putEvent(row, trigger);
      }
    }
  }

  /** @param ageMs of those that are settled, at least: what is younger may be what the node is at to which it came */
  #settle(ageMs = 0): void {
    if (this.#stopped) return;
    if (this.#settling) {
      this.#again = true;
      return;
    }
    this.#settling = true;
    this.#settleAll(ageMs).then(
      () => this.#rest(null),
      (error: unknown) => this.#rest(isLocked(error) ? lockedRetryMs : retryMs),
    );
  }

  #rest(delayMs: number | null): void {
    this.#settling = false;
    if (this.#stopped) return;
    if (this.#again) {
      this.#again = false;
      this.#settle();
      return;
    }
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    const [restMs, ageMs] = delayMs === null ? [lookMs, lookMs] : [delayMs, 0];
    this.#timer = this.#timers.set(this.#ports.clock.now() + restMs, () => this.#settle(ageMs));
  }

  async #settleAll(ageMs: number): Promise<void> {
    const { store, clock } = this.#ports;
    for (;;) {
      const all = await store.listUnsettled(unsettledMax);
      const rows = ageMs === 0 ? all : all.filter(({ receivedAt }) => receivedAt <= clock.now() - ageMs);
      if (rows.length === 0) return;
      const failed = await this.#settleEach(rows);
      if (failed !== null) throw failed;
    }
  }

  /**
   * One that cannot be settled holds up no other; the error of the last such is given, or null. Runs are started in the
   * order of their events; that an event is settled need not be durable before the next is looked at, because its runs
   * are started once however often it is looked at.
   */
  async #settleEach(rows: readonly IncomingRow[]): Promise<unknown> {
    let failed: unknown = null;
    const fail = (error: unknown) => {
      if (failed === null || !isLocked(error)) failed = error;
    };
    const settling: Promise<void>[] = [];
    const waiting = new Set<TenantId>();
    for (const row of rows) {
      if (this.#stopped) break;
      if (waiting.has(row.tenant)) continue;
      try {
        await this.#startRuns(row);
        settling.push(this.#ports.store.settleIncoming(row.tenant, row.id).catch(fail));
      } catch (error) {
        fail(error);
        if (isLocked(error) || isOfOneRow(error)) {
          // Its later events wait, too: runs are started in their order. Those of other tenants do not.
          waiting.add(row.tenant);
          continue;
        }
        if (error instanceof DispatchedError) break;
        this.#ports.log.write("error", "event.failed", {});
      }
    }
    await Promise.all(settling);
    return this.#stopped ? stopping() : failed;
  }

  async #startRuns(row: IncomingRow): Promise<void> {
    const topic = row.topics[0] as Uint8Array;
    const triggers = await this.#ports.store.listEventTriggers(row.tenant, topic);
    for (const trigger of triggers) await this.#startRun(row, trigger);
  }

  /** While nobody of the tenant is signed in, and nothing was granted, the event waits in the inbox. */
  async #startRun(row: IncomingRow, trigger: TriggerRow): Promise<void> {
    const { tenant, workflow, version, place } = trigger;
    const admission = await this.#grants.admit(tenant, workflow, "event");
    const granted = admission?.type === "granted" ? admission : null;
    const opened = await this.#opened(row);
    if (admission === null || opened === null || (granted !== null && granted.version !== version)) {
      await this.#inbox.putEvent(row, trigger);
      return;
    }
    const definition = await this.#definitions.findByHash(tenant, workflow, version);
    const start = { tenant, definition, place, ...opened, hosts: granted?.hosts };
    await startByEvent(this.#ports, this.#starter, start, () => this.#stopped);
  }

  /** Null for one that nobody here can open. */
  async #opened(row: IncomingRow): Promise<OpenedIncoming | null> {
    const { store, vault } = this.#ports;
    const again = async () =>
      (await store.listUnsettled(unsettledMax)).find(
        ({ tenant, id }) => tenant === row.tenant && sameBytes(id, row.id),
      ) ?? null;
    try {
      return await openFresh(row, (one) => openIncoming(vault, one), again);
    } catch (error) {
      if (isLocked(error)) return null;
      throw error;
    }
  }

  #cleanIn(ms: number): void {
    if (this.#stopped) return;
    const { store, clock, log } = this.#ports;
    this.#timers.set(clock.now() + ms, () => {
      if (this.#stopped) return;
      store.dropIncoming(clock.now() - keptMs, cleanMax).then(
        (dropped) => this.#cleanIn(dropped < cleanMax ? cleanMs : pauseMs),
        () => {
          log.write("warn", "events.clean_failed", {});
          this.#cleanIn(cleanMs);
        },
      );
    });
  }
}

/** The store took it and refused this row alone, such as one that a rotation has not come to yet. */
function isOfOneRow(error: unknown): boolean {
  return error instanceof DispatchedError && error.code === "store_rolled_back";
}
