// Starts the runs of cron triggers: each due time makes at most one, and exactly one while the engine is up.

import type { Page, TriggerRow } from "../ports/store.ts";
import { nextTime, nextTimes } from "../schedule/next-time.ts";
import type { TenantId } from "../value/id.ts";
import type { Definitions } from "./definitions.ts";
import { dueRun } from "./due-run.ts";
import type { ScheduleView } from "./engine-api.ts";
import type { Grants } from "./grants.ts";
import { hex } from "./hex.ts";
import type { Inbox } from "./inbox.ts";
import { isLocked, lockedRetryMs } from "./is-locked.ts";
import type { ItemHost } from "./judge-item.ts";
import type { EnginePorts } from "./ports.ts";
import { startBySchedule } from "./start-by-schedule.ts";
import type { RunStarter } from "./start-run.ts";
import type { Timer, Timers } from "./timers.ts";
import { readStored, scheduleOf, startAt, workflowOf } from "./triggers.ts";

/** Triggers under way at most; the next are looked at when half of them have ended. */
const firingMax = 256;
/** The longest rest between two looks. */
const restMs = 60_000;
const retryMs = 1_000;
const shownNext = 5;

export class Schedules {
  readonly #ports: EnginePorts;
  readonly #timers: Timers;
  readonly #definitions: Definitions;
  readonly #starter: RunStarter;
  readonly #grants: Grants;
  readonly #inbox: Inbox;
  /** Times before it were missed. */
  #upSince = 0;
  /** Triggers under way, and those that failed a moment ago: one that takes long holds up no other. */
  readonly #firing = new Set<string>();
  #timer: Timer | null = null;
  #looking = false;
  #again = false;
  #stopped = true;

  constructor({ ports, runs, definitions, starter }: ItemHost, grants: Grants, inbox: Inbox) {
    this.#ports = ports;
    this.#timers = runs.timers;
    this.#definitions = definitions;
    this.#starter = starter;
    this.#grants = grants;
    this.#inbox = inbox;
  }

  start(): void {
    this.#upSince = this.#ports.clock.now();
    this.#stopped = false;
    this.hurry();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Looks now: a trigger may have come, or come due. */
  hurry(): void {
    if (this.#stopped) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    this.#look().then(
      (nextAt) => this.#rest(nextAt),
      () => {
        this.#ports.log.write("warn", "schedules.failed", {});
        this.#rest(this.#ports.clock.now() + retryMs);
      },
    );
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<ScheduleView>> {
    const page = await this.#ports.store.listTriggers(tenant, cursor, limit);
    const rows = page.rows.filter((row) => row.kind === "cron");
    return { rows: rows.map((row) => this.#view(row)), next: page.next };
  }

  #view(row: TriggerRow): ScheduleView {
    const stored = readStored(row);
    const { schedule, timezone, catchUp, jitterMs } = stored;
    const next = nextTimes(scheduleOf(stored), timezone, this.#ports.clock.now(), shownNext);
    const workflow = workflowOf(this.#ports.vault, row);
    return { workflow, version: row.version, schedule, timezone, catchUp, jitterMs, next };
  }

  /** Begins what is due. Gives the time of the next look. */
  async #look(): Promise<number> {
    const { store, clock } = this.#ports;
    for (;;) {
      // Whichever ends makes room, and hurries.
      if (!this.#hasRoom()) return clock.now() + restMs;
      const rows = await store.listDueTriggers(clock.now(), firingMax);
      const fresh = rows
        .filter((row) => !this.#firing.has(nameOf(row)))
        .slice(0, firingMax - this.#firing.size);
      if (fresh.length === 0 || this.#stopped) return this.#nextLook();
      for (const row of fresh) this.#begin(row);
    }
  }

  async #nextLook(): Promise<number> {
    const { store, clock } = this.#ports;
    const latest = clock.now() + restMs;
    if (this.#firing.size === 0) return Math.min((await store.nextTriggerAt()) ?? latest, latest);
    // The next time of all may be that of one under way.
    const soon = clock.now() + retryMs;
    const rows = await store.listDueTriggers(soon, this.#firing.size + 1);
    return rows.find((row) => !this.#firing.has(nameOf(row)))?.nextAt ?? soon;
  }

  #hasRoom(): boolean {
    return this.#firing.size <= firingMax / 2;
  }

  #begin(row: TriggerRow): void {
    const { clock, log } = this.#ports;
    const name = nameOf(row);
    this.#firing.add(name);
    const end = (nextAt: number | null) => {
      const hadRoom = this.#hasRoom();
      this.#firing.delete(name);
      if (nextAt !== null && nextAt > clock.now() && hadRoom === this.#hasRoom()) this.#wakeBy(nextAt);
      else this.hurry();
    };
    this.#fire(row).then(end, (error: unknown) => {
      if (this.#stopped) return;
      if (!isLocked(error)) log.write("warn", "schedule.failed", {});
      this.#timers.set(clock.now() + (isLocked(error) ? lockedRetryMs : retryMs), () => end(null));
    });
  }

  /**
   * Gives when it is due again. The run is durable before the trigger moves on; a due time that is looked at twice makes
   * one run all the same. What was due when a version was replaced is still started by that version.
   */
  async #fire(row: TriggerRow): Promise<number | null> {
    const stored = readStored(row);
    const schedule = scheduleOf(stored);
    const scheduledAt = row.scheduledAt as number;
    const startOf = (dueAt: number) => startAt(row.workflow, row.place, stored, dueAt);
    const times = { ...stored, scheduledAt, startAt: row.nextAt ?? scheduledAt, startOf };
    const { start, last } = dueRun(schedule, times, this.#upSince, row.until);
    if (start !== null) await this.#start(row, start);
    const next = nextTime(schedule, stored.timezone, last);
    const nextAt = next === null ? null : startOf(next);
    const moved = await this.#ports.store.moveTrigger(row, nextAt, next);
    return moved ? nextAt : null;
  }

  /** While nobody of the tenant is signed in, and nothing was granted, the due time waits in the inbox. */
  async #start(row: TriggerRow, dueAt: number): Promise<void> {
    const { tenant, workflow, version, place } = row;
    const admission = await this.#grants.admit(tenant, workflow, "cron");
    const granted = admission?.type === "granted" ? admission : null;
    if (admission === null || (granted !== null && granted.version !== version)) {
      await this.#inbox.putDue(row, dueAt);
      return;
    }
    const definition = await this.#definitions.findByHash(tenant, workflow, version);
    const due = { tenant, definition, place, dueAt, hosts: granted?.hosts };
    await startBySchedule(this.#ports, this.#starter, due, () => this.#stopped);
  }

  #rest(nextAt: number): void {
    this.#looking = false;
    if (this.#stopped) return;
    if (this.#again) {
      this.#again = false;
      this.hurry();
      return;
    }
    this.#sleepUntil(nextAt);
  }

  #sleepUntil(at: number): void {
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
    this.#timer = this.#timers.set(at, () => this.hurry());
  }

  /** Looks at `at` at the latest. */
  #wakeBy(at: number): void {
    if (this.#stopped) return;
    if (this.#looking) this.#again = true;
    else if (this.#timer === null || this.#timer.fire === null || this.#timer.at > at) this.#sleepUntil(at);
  }
}

function nameOf({ tenant, workflow, place, version }: TriggerRow): string {
  return `${tenant}/${hex(workflow)}/${place}/${version}`;
}
