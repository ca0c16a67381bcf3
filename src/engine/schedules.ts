// Starts the runs of cron triggers: each due time makes at most one, and exactly one while the engine is up.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { CronTrigger } from "../language/workflow.ts";
import type { Page, TriggerRow } from "../ports/store.ts";
import type { TriggerData } from "../run/event.ts";
import { nextTime, nextTimes } from "../schedule/next-time.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definitions } from "./definitions.ts";
import { dueRun } from "./due-run.ts";
import type { ScheduleView } from "./engine-api.ts";
import { evaluateOutside } from "./evaluate-outside.ts";
import { hex } from "./hex.ts";
import type { EnginePorts } from "./ports.ts";
import { isRefusal, type RunStarter } from "./start-run.ts";
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
  /** Times before it were missed. */
  #upSince = 0;
  /** Triggers under way, and those that failed a moment ago: one that takes long holds up no other. */
  readonly #firing = new Set<string>();
  #timer: Timer | null = null;
  #looking = false;
  #again = false;
  #stopped = true;

  constructor(ports: EnginePorts, timers: Timers, definitions: Definitions, starter: RunStarter) {
    this.#ports = ports;
    this.#timers = timers;
    this.#definitions = definitions;
    this.#starter = starter;
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
    this.#fire(row).then(end, () => {
      if (this.#stopped) return;
      log.write("warn", "schedule.failed", {});
      this.#timers.set(clock.now() + retryMs, () => end(null));
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
    const times = { ...stored, scheduledAt, startAt: row.nextAt ?? scheduledAt };
    const { start, last } = dueRun(schedule, times, this.#upSince, row.until);
    if (start !== null) await this.#start(row, start);
    const next = nextTime(schedule, stored.timezone, last);
    const nextAt = next === null ? null : startAt(row.workflow, row.place, stored, next);
    const moved = await this.#ports.store.moveTrigger(row, nextAt, next);
    return moved ? nextAt : null;
  }

  async #start(row: TriggerRow, dueAt: number): Promise<void> {
    const { tenant, version, place } = row;
    const name = workflowOf(this.#ports.vault, row);
    const definition = await this.#definitions.find(tenant, name, version);
    const cron = definition.workflow.triggers[place] as CronTrigger;
    const scheduledAt = new Date(dueAt).toISOString();
    const trigger: TriggerData = {
      type: "cron",
      method: "",
      headers: {},
      query: {},
      body: null,
      rawBody: null,
      scheduledAt,
    };
    const context = { trigger: { type: "cron", scheduled_at: scheduledAt, body: null, event: null } };
    const now = this.#ports.clock.now();
    const body = await evaluateOutside(this.#ports.sandbox, context, now, (scope) =>
      evaluateTemplate(cron.body, scope),
    );
    // A sandbox that is closed computes nothing: the next start of the engine does.
    if (this.#stopped) throw new DispatchedError("shutting_down", "the engine takes no work now");
    if (!body.ok) {
      this.#ports.log.write("error", "schedule.body_failed", { code: body.problem.code });
      return;
    }
    const startKey = this.#ports.vault.hash(tenant, "start", `${name}\ncron\n${place}\n${scheduledAt}`);
    try {
      await this.#starter.start(tenant, {
        definition,
        trigger: { ...trigger, body: body.value },
        id: null,
        startKey,
      });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#ports.log.write("warn", "schedule.not_started", { code: error.code, scheduledAt });
    }
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
