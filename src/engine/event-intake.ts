// Takes CloudEvents: each is stored once, ends waits, and starts the runs of event triggers.

import type { IncomingRow, TriggerRow } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import type { Definitions } from "./definitions.ts";
import type { CloudEvent, EventReceipt } from "./engine-api.ts";
import { EventLines } from "./event-lines.ts";
import { followEpoch } from "./follow-epoch.ts";
import { followKey } from "./follow-key.ts";
import type { Grants } from "./grants.ts";
import type { Inbox } from "./inbox.ts";
import { type OpenedIncoming, openIncoming, sealIncoming } from "./incoming.ts";
import { isLocked } from "./is-locked.ts";
import type { ItemHost } from "./judge-item.ts";
import { keyRotated } from "./key-rotated.ts";
import { openFresh } from "./open-fresh.ts";
import type { EnginePorts } from "./ports.ts";
import type { Runs } from "./runs.ts";
import { sameBytes } from "./same-bytes.ts";
import { startByEvent } from "./start-by-event.ts";
import { isRefusal, type RunStarter } from "./start-run.ts";
import type { Tenants } from "./tenants.ts";
import type { Timers } from "./timers.ts";

const triesMax = 8;
/** Events of its topic, from its time on, among which one is looked for again. */
const sameTimeMax = 64;
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
  readonly #lines: EventLines;

  constructor({ ports, runs, definitions, starter, tenants }: ItemHost, grants: Grants, inbox: Inbox) {
    this.#tenants = tenants;
    this.#grants = grants;
    this.#inbox = inbox;
    this.#ports = ports;
    this.#runs = runs;
    this.#timers = runs.timers;
    this.#definitions = definitions;
    this.#starter = starter;
    this.#lines = new EventLines(ports, runs.timers, (row) => this.#startRuns(row));
  }

  start(): void {
    this.#lines.start();
    this.#cleanIn(cleanMs);
  }

  stop(): void {
    this.#lines.stop();
  }

  /** Somebody of the tenant has signed in: what waited for its keys is looked at again. */
  unlocked(tenant: TenantId): void {
    this.#lines.unlocked(tenant);
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
      this.#lines.look();
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

  /** What is damaged, or cannot make a run, stays so: it holds up neither another trigger nor a later event. */
  async #startRuns(row: IncomingRow): Promise<void> {
    const { store, log } = this.#ports;
    const { tenant } = row;
    for (const trigger of await store.listEventTriggers(tenant, row.topics[0] as Uint8Array)) {
      try {
        await this.#startRun(row, trigger);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        log.write("error", "event.rejected", { tenant, code: error.code });
      }
    }
  }

  /** While nobody of the tenant is signed in, and nothing was granted, the event waits in the inbox, unopened. */
  async #startRun(row: IncomingRow, trigger: TriggerRow): Promise<void> {
    const { tenant, workflow, version, place } = trigger;
    const admission = await this.#grants.admit(tenant, workflow, "event");
    const granted = admission?.type === "granted" ? admission : null;
    const waits = admission === null || (granted !== null && granted.version !== version);
    const opened = waits ? null : await this.#opened(row);
    if (opened === null) {
      await this.#inbox.putEvent(row, trigger);
      return;
    }
    const definition = await this.#definitions.findByHash(tenant, workflow, version);
    const { receivedAt } = row;
    const start = { tenant, definition, place, receivedAt, ...opened, hosts: granted?.hosts };
    await startByEvent(this.#ports, this.#starter, start, () => this.#lines.isStopped);
  }

  /** Null for one that nobody here can open. */
  async #opened(row: IncomingRow): Promise<OpenedIncoming | null> {
    const { store, vault } = this.#ports;
    const again = async () => {
      const topic = row.topics[0] as Uint8Array;
      const rows = await store.listIncoming(row.tenant, topic, row.receivedAt, sameTimeMax);
      return rows.find(({ id }) => sameBytes(id, row.id)) ?? null;
    };
    try {
      return await openFresh(row, (one) => openIncoming(vault, one), again);
    } catch (error) {
      if (isLocked(error)) return null;
      throw error;
    }
  }

  #cleanIn(ms: number): void {
    if (this.#lines.isStopped) return;
    const { store, clock, log } = this.#ports;
    this.#timers.set(clock.now() + ms, () => {
      if (this.#lines.isStopped) return;
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
