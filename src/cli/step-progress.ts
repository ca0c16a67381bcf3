// How far a followed step is: its attempts, its items, what it waits for.

import type { JsonObject } from "../value/json.ts";

export interface FailedAttempt {
  readonly tookMs: number;
  /** The status of the answer, or the kind of failure. */
  readonly outcome: string;
  readonly retriedAfterMs: number;
}

export interface ItemCount {
  count: number;
  open: number;
  /** The most that were open at once. */
  openMax: number;
  succeeded: number;
  failed: number;
  retries: number;
}

export class StepProgress {
  readonly firstAt: number;
  /** Of the present attempt. */
  beganAt: number;
  readonly failed: FailedAttempt[] = [];
  attempt = 1;
  items: ItemCount | null = null;
  /** The request as it was recorded. */
  readonly request: JsonObject | null;
  /** `waits until …`, while it does. */
  pause: string | null = null;
  /** When the next attempt begins; null while one is under way. */
  nextAt: number | null = null;

  constructor(at: number, request: JsonObject | null) {
    this.firstAt = at;
    this.beganAt = at;
    this.request = request;
  }

  retry(at: number, notBefore: number, outcome: string, attempt: number): void {
    this.failed.push({ tookMs: Math.max(0, at - this.beganAt), outcome, retriedAfterMs: notBefore - at });
    this.beganAt = Math.max(notBefore, at);
    this.nextAt = this.beganAt;
    this.attempt = attempt;
  }

  countItems(count: number): void {
    this.items = { count, open: 0, openMax: 0, succeeded: 0, failed: 0, retries: 0 };
  }

  /** `kind`: of an event `item.<kind>`. */
  takeItem(kind: string): void {
    const { items } = this;
    if (items === null) return;
    if (kind === "started") items.openMax = Math.max(items.openMax, ++items.open);
    if (kind === "retrying") items.retries++;
    if (kind === "carried") items.succeeded++;
    if (kind !== "succeeded" && kind !== "failed" && kind !== "cancelled") return;
    items.open = Math.max(0, items.open - 1);
    if (kind === "succeeded") items.succeeded++;
    if (kind === "failed") items.failed++;
  }

  /** `47/50 items`, and what went wrong among them. */
  itemsText(): string {
    if (this.items === null) return "";
    const { count, succeeded, failed, retries } = this.items;
    const more = [
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(retries > 0 ? [`${retries} ${retries === 1 ? "retry" : "retries"}`] : []),
    ];
    return [`${succeeded}/${count} items`, ...more].join(", ");
  }
}
