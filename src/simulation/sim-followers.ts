// Those who follow the streams of a world's tenants: of what comes by hooks, and of runs that end badly. They connect again.

import type { StreamEvent } from "../server/event-stream.ts";
import { followDeliveries } from "../server/follow-deliveries.ts";
import { type Following, followFailures } from "../server/follow-run.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { SimClock } from "./ports/sim-clock.ts";
import type { Prng } from "./prng.ts";
import type { SimNode, SimWorld } from "./sim-node.ts";
import { simTenants } from "./sim-tenants.ts";
import type { DeliveriesFollowed, FailuresFollowed } from "./streams-seen.ts";

type Parts = AsyncGenerator<readonly StreamEvent[]>;

/** A stream that says nothing for so long is broken: one that lives says so each five seconds. */
const silenceMs = 12_000;
const pauseMs = 400;
/** How long a follower stays when all else is over: what ended badly has been told by then. */
const lingerMs = 9_000;
/** Of the parts of a stream: it breaks within so many. */
const breaks = 0.06;

export class SimFollowers {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #nodes: () => readonly SimNode[];
  readonly #othersOver: () => boolean;
  #open = 0;

  /** `othersOver`: nobody but the followers has anything left to do. */
  constructor(world: SimWorld, prng: Prng, nodes: () => readonly SimNode[], othersOver: () => boolean) {
    this.#world = world;
    this.#prng = prng;
    this.#nodes = nodes;
    this.#othersOver = othersOver;
  }

  get isOver(): boolean {
    return this.#open === 0;
  }

  plan(): void {
    for (const tenant of simTenants) {
      if (this.#prng.chance(0.5)) this.#begin(() => this.#deliveries(tenant));
      if (this.#prng.chance(0.3)) this.#begin(() => this.#failures(tenant));
    }
  }

  #begin(follow: () => Promise<void>): void {
    this.#open++;
    this.#world.time.after(this.#prng.between(0, Math.floor(this.#world.plan.endsAfterMs / 2)), () => {
      void follow().then(() => this.#open--);
    });
  }

  async #deliveries(tenant: TenantId): Promise<void> {
    const { record } = this.#world;
    let [seen, cursor]: [DeliveriesFollowed | null, string | null] = [null, null];
    for (; !this.#world.sessions.hasLeft(tenant); await this.#sleep(pauseMs)) {
      const node = this.#connect(tenant);
      if (node === null) continue;
      if (cursor === null) {
        const line = await this.#orSilence(node.engine?.deliveries.since(tenant, null, 0));
        if (line === null) continue;
        seen = { tenant, beganOrder: record.nextOrder(), endOrder: null, told: [] };
        record.streams.deliveries.push(seen);
        ({ cursor } = line);
      }
      const following = this.#following(node);
      if (following === null || seen === null) continue;
      const { told } = seen;
      const parts = followDeliveries(following, tenant, {}, cursor);
      const hear = ({ id, event, data }: StreamEvent) => {
        cursor = id ?? cursor;
        if (event === "delivery") told.push((JSON.parse(data) as { readonly id: string }).id);
      };
      for (;;) {
        const [isLast, order] = [this.#othersOver(), record.nextOrder()];
        const part = await this.#read(parts, hear);
        if (part === null) break;
        if (!isLast || part.length > 0) continue;
        seen.endOrder = order;
        return this.#close(parts);
      }
    }
  }

  async #failures(tenant: TenantId): Promise<void> {
    const { record, time, sessions } = this.#world;
    let overAt: number | null = null;
    for (; !sessions.hasLeft(tenant); await this.#sleep(pauseMs)) {
      if (this.#othersOver()) overAt ??= time.now;
      if (overAt !== null && time.now > overAt + lingerMs) return;
      const node = this.#connect(tenant);
      const following = node === null ? null : this.#following(node);
      if (node === null || following === null) continue;
      const { process } = node.life;
      const seen: FailuresFollowed = { tenant, process, fromAt: null, toAt: time.now, told: [] };
      record.streams.failures.push(seen);
      const parts = followFailures(following, tenant, {});
      const hear = ({ event, data }: StreamEvent) => {
        if (event === "reset") seen.fromAt ??= time.now;
        else seen.told.push({ run: (JSON.parse(data) as { readonly run: string }).run, at: time.now });
      };
      for (let part = await this.#read(parts, hear); part !== null; part = await this.#read(parts, hear)) {
        seen.toAt = time.now;
        if (this.#othersOver()) overAt ??= time.now;
        else overAt = null;
        if (overAt !== null && time.now > overAt + lingerMs) return this.#close(parts);
      }
    }
  }

  /** The next part; null when the stream ended, broke, or says nothing. Of one that breaks not all is heard. */
  async #read(parts: Parts, hear: (message: StreamEvent) => void): Promise<readonly StreamEvent[] | null> {
    const next = await this.#orSilence(parts.next());
    if (next === null || next.done === true) return null;
    const part = next.value;
    const isBroken = this.#prng.chance(breaks);
    for (const message of isBroken ? part.slice(0, this.#prng.between(0, part.length)) : part) hear(message);
    if (isBroken) this.#close(parts);
    return isBroken ? null : part;
  }

  #close(parts: Parts): void {
    parts.return(undefined).catch(() => {});
  }

  /** A node where the tenant's follower is signed in now, or null. */
  #connect(tenant: TenantId): SimNode | null {
    const { sessions } = this.#world;
    if (sessions.awayUntil(tenant) !== null) return null;
    const picked = this.#prng.pick(this.#nodes());
    const node = sessions.homeOf(tenant) ?? picked;
    if (node?.engine == null) return null;
    sessions.signIn(node, tenant);
    return node;
  }

  #following(node: SimNode): Following | null {
    const { engine } = node;
    return engine === null ? null : { engine, clock: new SimClock(node), mayGoOn: async () => true };
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.time.after(ms, resolve));
  }

  /** Null for an error that an engine tells, too. */
  #orSilence<Result>(answer: Promise<Result> | undefined): Promise<Result | null> {
    return new Promise((resolve, reject) => {
      this.#world.time.after(silenceMs, () => resolve(null));
      answer?.then(resolve, (error: unknown) => {
        if (error instanceof DispatchedError) resolve(null);
        else reject(error);
      });
    });
  }
}
