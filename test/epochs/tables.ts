// What the nodes of the model share: rows that are committed, and one advisory lock.

import type { EpochState, EpochView } from "../../src/ports/epoch-store.ts";
import type { Life } from "./schedule.ts";

export type LockKind = "shared" | "exclusive";

/** What the model leaves out of the protocol, to show that the judge sees it. */
export type Weakness =
  | "no_fence"
  | "lock_without_check"
  | "check_without_lock"
  | "sessions_not_counted"
  | "report_before_sync"
  | "open_without_sync";

export interface Counts {
  begun: number;
  retired: number;
  inserted: number;
  refused: number;
  rewrapped: number;
  dropped: number;
}

export class Tables {
  readonly weakness: Weakness | null;
  readonly epochs = new Map<number, { state: EpochState; begunAt: number }>();
  readonly nodes = new Map<string, { leaseEndsAt: number; reportedEpoch: number }>();
  /** Epoch of each, by id. */
  readonly wraps = new Map<number, number>();
  readonly sessions = new Map<number, number>();
  readonly counts: Counts = { begun: 0, retired: 0, inserted: 0, refused: 0, rewrapped: 0, dropped: 0 };
  nextId = 0;
  readonly #shared = new Map<object, Life>();
  #exclusive: { readonly holder: object; readonly life: Life } | null = null;

  constructor(weakness: Weakness | null) {
    this.weakness = weakness;
  }

  tryLock(kind: LockKind, holder: object, life: Life): boolean {
    if (this.#exclusive !== null) return false;
    if (kind === "shared") this.#shared.set(holder, life);
    else if (this.#shared.size > 0) return false;
    else this.#exclusive = { holder, life };
    return true;
  }

  unlock(holder: object): void {
    this.#shared.delete(holder);
    if (this.#exclusive?.holder === holder) this.#exclusive = null;
  }

  /** A crash rolls back: nothing of a transaction is in the rows before its commit, so only locks are left to let go. */
  endLife(life: Life): void {
    for (const [holder, of] of this.#shared) if (of === life) this.#shared.delete(holder);
    if (this.#exclusive?.life === life) this.#exclusive = null;
  }

  current(): number | null {
    for (const [epoch, { state }] of this.epochs) if (state === "current") return epoch;
    return null;
  }

  view(): EpochView {
    return {
      epochs: [...this.epochs].map(([epoch, row]) => ({ epoch, ...row, keyId: Uint8Array.of(epoch) })),
      nodes: [...this.nodes].map(([node, row]) => ({ node, ...row })),
    };
  }
}
