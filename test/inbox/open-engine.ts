// An engine with the real vault, whose tenant can be locked, over a store that outlives it; time is turned by hand.

import { Engine } from "../../src/engine/engine.ts";
import type { OutboundRequest } from "../../src/ports/caller.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { TenantKeys } from "../../src/ports/vault.ts";
import type { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { newTenantId, type RunId, type TenantId } from "../../src/value/id.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";

export const tenant: TenantId = newTenantId(1_750_000_000_000, new Uint8Array(10));
export const other: TenantId = newTenantId(1_750_000_000_000, new Uint8Array(10).fill(7));
export const start = Date.parse("2026-11-02T08:00:30.000Z");
const wrappingKey = new Uint8Array(32).fill(9);

interface Wake {
  readonly at: number;
  readonly fire: () => void;
}

export class HandClock implements Clock {
  #now = start;
  #wakes: Wake[] = [];

  now(): number {
    return this.#now;
  }

  wakeAt(at: number, fire: () => void): () => void {
    const wake = { at, fire };
    this.#wakes.push(wake);
    return () => {
      this.#wakes = this.#wakes.filter((one) => one !== wake);
    };
  }

  /** Goes on by `ms`, stopping at each wake-up; between them everything that can go on does. */
  async turn(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const due = this.#wakes.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#wakes = this.#wakes.filter((one) => one !== due);
      this.#now = Math.max(this.#now, due.at);
      due.fire();
    }
    this.#now = until;
    await settle();
  }

  /** The machine sleeps for `ms`: whatever was due meanwhile comes late. */
  async jump(ms: number): Promise<void> {
    await settle();
    this.#now += ms;
    await this.turn(1_000);
  }

  /** Wake-ups of a process that died never come. */
  forget(): void {
    this.#wakes = [];
  }
}

/** Lets everything go on that waits for no clock. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 50; round++) await new Promise((resolve) => setImmediate(resolve));
}

export interface TestEngine {
  readonly engine: Engine;
  readonly store: MemoryStore;
  readonly vault: EngineVault;
  readonly calls: OutboundRequest[];
  unlock(who?: TenantId): void;
  lock(who?: TenantId): void;
}

/** Keys of tenants as a store of accounts would keep them. */
const known = new Map<TenantId, TenantKeys>();

/** With the tenant known, and locked unless `unlock` is called. */
export async function openEngine(store: MemoryStore, clock: HandClock): Promise<TestEngine> {
  const secrets = {
    epoch: 0,
    chain: new Uint8Array(32).fill(1),
    integrity: new Uint8Array(32).fill(2),
  };
  const vault = new EngineVault(new EngineKeys(secrets, () => {}));
  const calls: OutboundRequest[] = [];
  const answer = new TextEncoder().encode("{}");
  const caller = {
    call: (request: OutboundRequest) => {
      calls.push(request);
      const headers = { "content-type": "application/json" };
      return {
        outcome: Promise.resolve({ type: "response", status: 200, headers, body: answer } as const),
        abort: () => {},
      };
    },
  };
  const sandbox = {
    evaluate: () => Promise.reject(new Error("no script here")),
    checkLua: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
  const log = { write: () => {} };
  const entropy = new PooledEntropy();
  const engine = new Engine({ store, vault, clock, entropy, caller, log, sandbox });
  const opened: TestEngine = {
    store,
    engine,
    vault,
    calls,
    unlock(who = tenant) {
      const keys = known.get(who) ?? { generation: 1, sealKey: null, check: null };
      known.set(who, vault.unlock(who, keys, wrappingKey));
      engine.unlocked(who);
    },
    lock: (who = tenant) => vault.lock(who),
  };
  for (const [who, keys] of known) vault.admit(who, keys);
  await engine.start();
  return opened;
}

/** In the order in which they were made: of two of the same millisecond, ids do not tell. */
export function runsOf({ store }: TestEngine, who = tenant): readonly RunId[] {
  return [...store.tables.runs.values()].flatMap((row) => (row.tenant === who ? [row.run] : []));
}
