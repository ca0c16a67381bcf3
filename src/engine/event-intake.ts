// Takes CloudEvents: each is stored once, ends waits, and starts the runs of event triggers.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import type { EventTrigger } from "../language/workflow.ts";
import type { IncomingRow, TriggerRow } from "../ports/store.ts";
import type { TriggerData } from "../run/event.ts";
import type { TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definitions } from "./definitions.ts";
import type { CloudEvent, EventReceipt } from "./engine-api.ts";
import { evaluateOutside } from "./evaluate-outside.ts";
import { openIncoming, sealIncoming } from "./incoming.ts";
import type { EnginePorts } from "./ports.ts";
import type { Runs } from "./runs.ts";
import { isRefusal, type RunStarter } from "./start-run.ts";
import type { Timer, Timers } from "./timers.ts";
import { workflowOf } from "./triggers.ts";

const unsettledMax = 64;
const retryMs = 1_000;
/** Events are kept for the waits of a day, and an hour more for slow clocks. */
const keptMs = 25 * 3_600_000;
const cleanMs = 600_000;

export class EventIntake {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  readonly #timers: Timers;
  readonly #definitions: Definitions;
  readonly #starter: RunStarter;
  #settling = false;
  #again = false;
  #stopped = true;
  #timer: Timer | null = null;

  constructor(ports: EnginePorts, runs: Runs, definitions: Definitions, starter: RunStarter) {
    this.#ports = ports;
    this.#runs = runs;
    this.#timers = runs.timers;
    this.#definitions = definitions;
    this.#starter = starter;
  }

  start(): void {
    this.#stopped = false;
    this.#settle();
    this.#cleanLater();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when all are durable, by one write. What they start follows by itself. */
  async put(tenant: TenantId, events: readonly CloudEvent[]): Promise<readonly EventReceipt[]> {
    const { vault, store, clock } = this.#ports;
    if (events.length === 0) return [];
    const receivedAt = clock.now();
    const fresh = await store.putIncoming(
      events.map((event) => sealIncoming(vault, tenant, event, receivedAt)),
    );
    this.#runs.incoming(tenant);
    this.#settle();
    return events.map(({ id, source }, index) => ({ id, source, repeated: fresh[index] !== true }));
  }

  #settle(): void {
    if (this.#stopped) return;
    if (this.#settling) {
      this.#again = true;
      return;
    }
    this.#settling = true;
    this.#settleAll().then(
      () => this.#rest(null),
      () => this.#rest(retryMs),
    );
  }

  #rest(delayMs: number | null): void {
    this.#settling = false;
    if (this.#stopped) return;
    if (this.#again) {
      this.#again = false;
      this.#settle();
    } else if (delayMs !== null) {
      if (this.#timer !== null) this.#timers.cancel(this.#timer);
      this.#timer = this.#timers.set(this.#ports.clock.now() + delayMs, () => this.#settle());
    }
  }

  async #settleAll(): Promise<void> {
    for (;;) {
      const rows = await this.#ports.store.listUnsettled(unsettledMax);
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
      failed = error;
    };
    const settling: Promise<void>[] = [];
    for (const row of rows) {
      if (this.#stopped) break;
      try {
        await this.#startRuns(row);
        settling.push(this.#ports.store.settleIncoming(row.tenant, row.id).catch(fail));
      } catch (error) {
        fail(error);
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

  async #startRun(row: IncomingRow, { tenant, place, version, ...rest }: TriggerRow): Promise<void> {
    const { vault, sandbox, clock } = this.#ports;
    const name = workflowOf(vault, { tenant, place, version, ...rest });
    const definition = await this.#definitions.find(tenant, name, version);
    const { key, event } = openIncoming(vault, row);
    const { when } = definition.workflow.triggers[place] as EventTrigger;
    const trigger = triggerOf(event);
    if (when !== null) {
      const context = { trigger: { type: "event", body: trigger.body, event: trigger.event ?? null } };
      const judged = await evaluateOutside(sandbox, context, clock.now(), (scope) =>
        evaluateCondition(when, scope),
      );
      // A sandbox that is closed judges nothing: the next start of the engine does.
      if (this.#stopped) throw stopping();
      if (!judged.ok) this.#ports.log.write("warn", "event.condition_failed", { code: judged.problem.code });
      if (!judged.ok || !judged.value) return;
    }
    const startKey = vault.hash(tenant, "start", `${name}\nevent\n${place}\n${key}`);
    try {
      await this.#starter.start(tenant, { definition, trigger, id: null, startKey });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#ports.log.write("warn", "event.not_started", { code: error.code });
    }
  }

  #cleanLater(): void {
    this.#timers.set(this.#ports.clock.now() + cleanMs, () => {
      if (this.#stopped) return;
      const before = this.#ports.clock.now() - keptMs;
      this.#ports.store
        .dropIncoming(before)
        .catch(() => this.#ports.log.write("warn", "events.clean_failed", {}));
      this.#cleanLater();
    });
  }
}

function stopping(): DispatchedError {
  return new DispatchedError("shutting_down", "the engine takes no work now", { retryable: true });
}

function triggerOf({ data, ...event }: JsonObject): TriggerData {
  const body: Json = data ?? null;
  return { type: "event", method: "", headers: {}, query: {}, body, rawBody: null, event };
}
