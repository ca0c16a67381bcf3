// Group commit: while one append is under way, the units of all runs gather for the next.

import type { AppendResult, AppendUnit } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import { DispatchedError } from "../value/problem.ts";
import { followKey } from "./follow-key.ts";
import type { EnginePorts } from "./ports.ts";
import { rewrappedBirth } from "./run-log.ts";

/** Units in one append; more would hold up the first of them. */
const unitsMax = 1_000;
/** Of what is sealed: it is copied on the loop, and written as one transaction. A larger unit goes alone. */
const bytesMax = 16 * 1024 * 1024;
const triesMax = 8;
/** A full disk is told of so often, and not at each of the many writes that it refuses. */
const tellMs = 10_000;

interface Queued {
  readonly unit: AppendUnit;
  /** The run's; null for one that is stored. */
  readonly key: DataKey | null;
  /** How often its key was wrapped anew. */
  readonly tries: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

export class Journal {
  readonly #ports: EnginePorts;
  #toldAt = 0;
  #queue: Queued[] = [];
  #flushing: Promise<void> | null = null;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
  }

  /**
   * Resolves when the unit is durable or refused (`stale_key`: its key cannot be wrapped anew here); rejects as
   * `Store.append` does.
   * @param key the run's, with which one that is born is wrapped anew after a rotation
   */
  submit(unit: AppendUnit, key: DataKey | null = null): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ unit, key, tries: 0, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
  }

  async #flush(): Promise<void> {
    // One turn of the microtask queue, so that units submitted together are committed together.
    await null;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, fitting(this.#queue));
      try {
        const results = await this.#ports.store.append(batch.map((queued) => queued.unit));
        batch.forEach((queued, index) => {
          const result = results[index] as AppendResult;
          if (result.type !== "stale_key") queued.resolve(result);
        });
        for (const [index, queued] of batch.entries()) {
          if (results[index]?.type === "stale_key") await this.#rewrap(queued);
        }
      } catch (error) {
        this.#tell(error);
        for (const queued of batch) queued.reject(error);
      }
    }
    this.#flushing = null;
  }

  /** The tenant's key was rotated since the run got its own: it is submitted again, wrapped anew. */
  async #rewrap(queued: Queued): Promise<void> {
    const { unit, key, tries } = queued;
    const { birth } = unit;
    try {
      if (birth === null || key === null || tries === triesMax) return queued.resolve({ type: "stale_key" });
      await followKey(this.#ports, unit.tenant);
      const wrapped = rewrappedBirth(this.#ports.vault, unit, key, birth.key);
      const next = { ...unit, birth: { ...birth, key: wrapped } };
      this.#queue.push({ ...queued, unit: next, tries: tries + 1 });
    } catch {
      queued.resolve({ type: "stale_key" });
    }
  }

  #tell(error: unknown): void {
    const { clock, log } = this.#ports;
    if (!(error instanceof DispatchedError) || clock.now() - this.#toldAt < tellMs) return;
    this.#toldAt = clock.now();
    log.write("error", "store.write_failed", { code: error.code, reason: error.message });
  }
}

/** How many of them go with one append: the first at least. */
function fitting(queue: readonly Queued[]): number {
  let [count, bytes] = [0, 0];
  for (const { unit } of queue.slice(0, unitsMax)) {
    bytes += sealedBytes(unit);
    if (count > 0 && bytes > bytesMax) break;
    count++;
  }
  return count;
}

function sealedBytes({ batch, birth, chunks = [] }: AppendUnit): number {
  const bodies = chunks.reduce((sum, { sealed }) => sum + sealed.length, 0);
  return (batch?.sealed.length ?? 0) + (birth?.card?.length ?? 0) + bodies;
}
