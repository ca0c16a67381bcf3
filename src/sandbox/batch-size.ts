// Whether jobs together are small enough for one message.

import { textBytes, valueBytesMin } from "./bounded-size.ts";
import type { SandboxJob } from "./worker-protocol.ts";

/** Counts as a message is written: what stands in it several times, such as a body in the contexts of all items, is written once. */
export class BatchSize {
  readonly #most: number;
  readonly #written = new Set<object>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Adds `job`; whether all that was added is small enough. It stops counting where it is not. */
  adds(job: SandboxJob): boolean {
    if (job.type === "check") {
      this.#size += textBytes(job.source.length);
      return this.#size <= this.#most;
    }
    const { source, context, secrets } = job.task;
    const open: unknown[] = [source, context, secrets];
    while (open.length > 0 && this.#size <= this.#most) {
      const next = open.pop();
      this.#size += typeof next === "string" ? textBytes(next.length) : valueBytesMin;
      if (typeof next !== "object" || next === null || this.#written.has(next)) continue;
      this.#written.add(next);
      if (Array.isArray(next)) {
        for (const entry of next) open.push(entry);
        continue;
      }
      for (const [key, entry] of Object.entries(next)) {
        this.#size += textBytes(key.length);
        open.push(entry);
      }
    }
    return this.#size <= this.#most;
  }
}
