// What a step or item spent its time with, read off its events: a list of spans, one after the other.

import type { TrailEvent, TrailFailure } from "../trail.ts";

/**
 * - `queue`: held back by us: a place in the queue of its workflow, or the rule of its host
 * - `connect`: an attempt that reached no service
 * - `service`: an attempt, from sending to the end of the answer
 * - `retry`: the delay before the next attempt
 * - `poll`: the delay before the next poll or page
 * - `wait`: for a signal, an event or a callback: for people and others
 * - `sleep`: until a time
 * - `child`: another run
 * - `items`: the items of a strategy
 * - `undo`: a compensation's attempt
 */
export type SegmentKind =
  | "queue"
  | "connect"
  | "service"
  | "retry"
  | "poll"
  | "wait"
  | "sleep"
  | "child"
  | "items"
  | "undo";

export interface Segment {
  readonly kind: SegmentKind;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Null while it goes on. */
  readonly to: number | null;
  /** Of an attempt, from 1. */
  readonly attempt: number | null;
  /** How an attempt or a wait ended; null while it goes on, and for delays. */
  readonly ended: "well" | "failed" | "dropped" | null;
  readonly failure: TrailFailure | null;
}

/** In their order. A delay that has not passed yet is followed by the attempt that it delays. */
export function segmentsOf(events: readonly TrailEvent[]): readonly Segment[] {
  const reader = new SegmentReader();
  for (const event of events) reader.read(event);
  return reader.all;
}

type Open = { readonly kind: SegmentKind; readonly from: number; readonly attempt: number | null };

const beginnings: ReadonlyMap<string, SegmentKind> = new Map([
  ["started", "service"],
  ["wait.started", "wait"],
  ["sleep.started", "sleep"],
  ["child.started", "child"],
  ["strategy.started", "items"],
  ["compensation.started", "undo"],
]);

const repeats: ReadonlyMap<string, readonly ["service" | "undo", "retry" | "poll"]> = new Map([
  ["retrying", ["service", "retry"]],
  ["polled", ["service", "poll"]],
  ["paged", ["service", "poll"]],
  ["compensation.retrying", ["undo", "retry"]],
  ["compensation.polled", ["undo", "poll"]],
]);

const ends: ReadonlyMap<string, NonNullable<Segment["ended"]>> = new Map([
  ["wait.ended", "well"],
  ["wait.timed_out", "failed"],
  ["succeeded", "well"],
  ["failed", "failed"],
  ["cancelled", "dropped"],
  ["rejected", "dropped"],
  ["compensation.succeeded", "well"],
  ["compensation.failed", "failed"],
]);

class SegmentReader {
  readonly segments: Segment[] = [];
  #open: Open | null = null;
  #heldMs = 0;

  read(event: TrailEvent): void {
    const { at, data } = event;
    const type = event.type.replace(/^(?:step|item)\./, "");
    const begun = beginnings.get(type);
    if (begun !== undefined) this.#begin(begun, at, begun === "service" || begun === "undo" ? 1 : null);
    const again = repeats.get(type);
    if (again !== undefined) this.#again(event, again);
    const end = type === "child.ended" ? (data.status === "completed" ? "well" : "failed") : ends.get(type);
    if (end !== undefined) this.#end(at, end, data.failure ?? null);
  }

  #begin(kind: SegmentKind, from: number, attempt: number | null = null): void {
    this.#end(from, "well");
    this.#open = { kind, from, attempt };
  }

  /** An attempt ended, and another is announced. */
  #again({ at, data }: TrailEvent, [kind, delay]: readonly ["service" | "undo", "retry" | "poll"]): void {
    const { failure = null, notBefore = at } = data;
    const attempt = data.attempt ?? this.#open?.attempt ?? 1;
    this.#holdBack(data.heldMs);
    this.#end(at, failure === null ? "well" : "failed", failure);
    if (notBefore > at) this.#push({ kind: delay, from: at, attempt: null }, notBefore, null, null);
    this.#open = { kind, from: notBefore, attempt };
  }

  /** `heldMs` counts from the first attempt on. */
  #holdBack(heldMs = this.#heldMs): void {
    const ms = heldMs - this.#heldMs;
    this.#heldMs = heldMs;
    if (ms <= 0 || this.#open === null) return;
    const { kind, from, attempt } = this.#open;
    this.#push({ kind: "queue", from, attempt: null }, from + ms, null, null);
    this.#open = { kind, from: from + ms, attempt };
  }

  #end(to: number, ended: NonNullable<Segment["ended"]>, failure: TrailFailure | null = null): void {
    const open = this.#open;
    this.#open = null;
    // What was announced and dropped before its time never began.
    if (open === null || open.from > to) {
      this.#cut(to);
      return;
    }
    const reached = failure === null || failure.reach !== "no" || open.kind !== "service";
    this.#push(reached ? open : { ...open, kind: "connect" }, to, ended, failure);
  }

  /** A delay ends when nobody waits for its end any more. */
  #cut(to: number): void {
    const last = this.segments.at(-1);
    if (last?.to != null && last.to > to) this.segments[this.segments.length - 1] = { ...last, to };
  }

  #push(open: Open, to: number | null, ended: Segment["ended"], failure: TrailFailure | null): void {
    this.segments.push({ ...open, to, ended, failure });
  }

  /** With what goes on. */
  get all(): readonly Segment[] {
    const open = this.#open;
    return open === null
      ? this.segments
      : [...this.segments, { ...open, to: null, ended: null, failure: null }];
  }
}
