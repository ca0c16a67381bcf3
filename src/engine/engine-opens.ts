// What the engine opens by itself: recorded before it does, once while the process lives, many in one entry.

import type { GrantId, RunId, TenantId } from "../value/id.ts";
import type { Audit, PendingEntry } from "./audit.ts";
import { engineItself } from "./audit-entry.ts";

/** In one entry: some 30 kB. */
const openedMax = 1_000;
/** Of all tenants that are remembered as recorded; beyond it all are forgotten, and may be recorded again. */
const rememberedMax = 100_000;

type Id = RunId | GrantId;
const actions = { runs: "run.opened_by_engine", grants: "grant.used" } as const;

interface Batch {
  readonly opened: Set<Id>;
  /** Set when its writing begins: nothing is added any more. */
  entry: PendingEntry | null;
}

class TenantOpens {
  readonly recorded = new Set<Id>();
  readonly queue: Batch[] = [];
  writing: Promise<void> | null = null;
}

export class EngineOpens {
  readonly #audit: Audit;
  readonly #kind: keyof typeof actions;
  readonly #max: number;
  readonly #tenants = new Map<TenantId, TenantOpens>();
  /** How many are remembered. */
  #count = 0;

  constructor(audit: Audit, kind: keyof typeof actions, max = rememberedMax) {
    this.#audit = audit;
    this.#kind = kind;
    this.#max = max;
  }

  /** How many are remembered as recorded. */
  get remembered(): number {
    return this.#count;
  }

  /** Resolves when it is durable that the engine opens this run or grant. Errors: those of `Audit.settle`; call it again then. */
  async record(tenant: TenantId, id: Id): Promise<void> {
    const opens = this.#tenants.get(tenant) ?? new TenantOpens();
    this.#tenants.set(tenant, opens);
    if (opens.recorded.has(id)) return;
    if (!opens.queue.some(({ opened }) => opened.has(id))) openBatch(opens).opened.add(id);
    // What is being written may be a batch before its own.
    while (opens.queue.some(({ opened }) => opened.has(id))) {
      opens.writing ??= this.#write(tenant, opens);
      await opens.writing;
    }
  }

  async #write(tenant: TenantId, opens: TenantOpens): Promise<void> {
    // One turn of the microtask queue, so that what is opened together stands in one entry.
    await null;
    try {
      for (let batch = opens.queue[0]; batch !== undefined; batch = opens.queue[0]) {
        const fields = { [this.#kind]: [...batch.opened] };
        batch.entry ??= this.#audit.pend(tenant, {
          action: actions[this.#kind],
          by: engineItself,
          fields,
        });
        await this.#audit.settle(tenant, batch.entry);
        if (this.#count + batch.opened.size > this.#max) this.#forgetAll();
        for (const id of batch.opened) opens.recorded.add(id);
        this.#count += batch.opened.size;
        opens.queue.shift();
      }
    } finally {
      opens.writing = null;
    }
  }

  #forgetAll(): void {
    this.#count = 0;
    for (const [tenant, opens] of this.#tenants) {
      opens.recorded.clear();
      if (isIdle(opens)) this.#tenants.delete(tenant);
    }
  }
}

/** Nothing is remembered of the tenant, and nothing is being written. */
function isIdle({ recorded, queue, writing }: TenantOpens): boolean {
  return recorded.size === 0 && queue.length === 0 && writing === null;
}

function openBatch({ queue }: TenantOpens): Batch {
  const last = queue.at(-1);
  if (last !== undefined && last.entry === null && last.opened.size < openedMax) return last;
  const batch: Batch = { opened: new Set(), entry: null };
  queue.push(batch);
  return batch;
}
