// The systems around a world that send events: for waits, for triggers, twice, in batches, and some for nobody.

import type { CloudEvent } from "../engine/engine-api.ts";
import type { EventBatch } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import type { EventSent } from "./history.ts";
import { openBatchEvents } from "./open-batch-events.ts";
import { simOpened } from "./ports/sim-vault.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import { cutInput } from "./workload/cut-text.ts";
import { languageInput } from "./workload/generate-language.ts";
import { startingEvent } from "./workload/generate-outside.ts";
import type { WorkflowModel } from "./workload/model.ts";
import { isSandboxed, subjectOf, sureOf } from "./workload/outside-model.ts";

const floodChance = 0.4;
const floodSize = 150;
/** In a world: more of them would show nothing else and take the time of many worlds. */
const maxFloods = 2;

export class SimEvents {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;
  /** Events for which a wait has a condition that the sandbox judges, by tenant. */
  readonly #judged = new Set<string>();
  #sent = 0;
  #floods = 0;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
    world.record.heard = (tenant, batch) => this.#flood(tenant, batch);
  }

  /** Events for which a run of this order may wait: some come before it starts. */
  planFor(tenant: TenantId, model: WorkflowModel, order: string): void {
    const prng = this.#prng;
    for (const { wait } of model.steps) {
      if (wait?.for.type !== "event") continue;
      const { event } = wait.for;
      // What starts runs comes by itself.
      if (event === startingEvent) continue;
      for (let count = prng.pick([0, 1, 1, 2]); count > 0; count--) {
        const awaited = String(subjectOf(wait.for, { order, ...cutInput(order) }) ?? order);
        const subject = prng.pick([awaited, awaited, null, `${order}-other`]);
        const delay = prng.between(0, prng.chance(0.8) ? 5_000 : 15_000);
        this.#world.time.after(delay, () => void this.#send([this.#make(tenant, event, subject)]));
      }
      if (isSandboxed(wait.for.when)) this.#judged.add(`${tenant}/${event}`);
    }
  }

  /** More events that do not fit than a wait takes before it has judged some, at times about its timeout; one behind them may fit. */
  #flood(tenant: TenantId, batch: EventBatch): void {
    if (!simOpened(batch.sealed).includes('"wait.started"')) return;
    for (const began of openBatchEvents(batch)) {
      if (began.type !== "wait.started" || began.event === undefined) continue;
      const { type, subject } = began.event;
      if (!this.#judged.has(`${tenant}/${type}`) || this.#floods === maxFloods) continue;
      if (!this.#prng.chance(floodChance)) continue;
      this.#floods++;
      const timeoutMs = began.until - began.at;
      const late = this.#prng.chance(0.5);
      const delay = late ? Math.max(0, timeoutMs - this.#prng.between(0, 150)) : this.#prng.between(0, 2_000);
      this.#world.time.after(delay, () => {
        const misfits = Array.from({ length: floodSize }, () => this.#make(tenant, type, subject, 0));
        void this.#send(misfits);
      });
      const apart = this.#prng.between(0, 300);
      this.#world.time.after(delay + apart, () => void this.#send([this.#make(tenant, type, subject)]));
    }
  }

  /** One or two events that start runs. */
  async start(tenant: TenantId, type: string): Promise<void> {
    const count = this.#prng.pick([1, 1, 2]);
    await this.#send(Array.from({ length: count }, () => this.#make(tenant, type, null)));
  }

  #make(tenant: TenantId, type: string, wanted: string | null, n = this.#prng.between(0, 9)): EventSent {
    const prng = this.#prng;
    const { record } = this.#world;
    // An event's attributes are texts: nobody can send half of a surrogate pair in one.
    const subject = wanted?.toWellFormed() ?? null;
    const id = `e${++this.#sent}`;
    const data = {
      order: `event-${id}`,
      id: prng.chance(0.85) ? `r-${id}` : id,
      n,
      sure: sureOf(n),
      red: prng.chance(0.5),
      green: prng.chance(0.5),
      ...languageInput(prng, this.#world.time.now),
      ...cutInput(id),
    };
    const sent: EventSent = {
      tenant,
      id,
      source: "shop",
      type,
      subject,
      data,
      beganOrder: record.nextOrder(),
      acknowledged: [],
    };
    record.events.push(sent);
    return sent;
  }

  /** Sent again after silence, and at times after an answer: source and id make that harmless. */
  async #send(events: readonly EventSent[]): Promise<void> {
    const { record, time } = this.#world;
    const [first] = events;
    if (first === undefined) return;
    const tenant = first.tenant as TenantId;
    const times = this.#prng.chance(0.4) ? 2 : 1;
    for (let turn = 0; turn < times; turn++) {
      if (turn > 0) {
        this.#world.strike("event_repeated", tenant);
        await this.#asker.sleep(this.#prng.between(0, 3_000));
      }
      const who = this.#prng.chance(0.5) ? tenant : null;
      const receipts = await this.#asker.get(who, "events", (engine) =>
        engine.putEvents(tenant, events.map(cloudEvent)),
      );
      const heard = { order: record.nextOrder(), at: time.now };
      for (const [index, event] of events.entries()) {
        const receipt = receipts?.[index];
        if (receipt !== undefined) event.acknowledged.push({ ...heard, repeated: receipt.repeated });
      }
    }
  }
}

function cloudEvent({ id, source, type, subject, data }: EventSent): CloudEvent {
  return { specversion: "1.0", id, source, type, ...(subject === null ? {} : { subject }), data };
}
