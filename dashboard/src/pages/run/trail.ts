// The trail of a run: its events in brief, in order, and those of each step and item.

import type { BriefEventResource } from "dispatched/client";

/** What events tell in brief, as far as pages read it. */
export interface TrailData {
  readonly item?: number;
  readonly attempt?: number;
  readonly count?: number;
  readonly notBefore?: number;
  readonly until?: number;
  readonly heldMs?: number;
  readonly name?: string;
  readonly status?: string;
  readonly run?: string;
  readonly from?: string | number | null;
  readonly reason?: string;
  readonly strategy?: string;
  readonly passed?: boolean;
  readonly compensation?: string;
  readonly failure?: TrailFailure | null;
  readonly result?: { readonly type: string; readonly status?: number } | null;
  readonly answer?: { readonly status: number } | null;
  readonly outcome?: { readonly status: string };
}

export interface TrailFailure {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly reach: "no" | "answered" | "unknown";
  readonly status: number | null;
}

export interface TrailEvent {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly type: string;
  readonly step: string | null;
  readonly data: TrailData;
}

const none: readonly TrailEvent[] = [];

/** Names a step, or one item of it. */
export function taskKey(step: string, item: number | null): string {
  return item === null ? step : `${step}[${item}]`;
}

/** Grows by `append`; what it gives stays the same object until something is appended to it. */
export class Trail {
  readonly events: TrailEvent[] = [];
  readonly #tasks = new Map<string, TrailEvent[]>();
  readonly #steps = new Map<string, TrailEvent[]>();

  append(event: BriefEventResource): void {
    const { seq, type, step, at } = event;
    const data = (event.data ?? {}) as TrailData;
    const kept: TrailEvent = { seq, type, step, at: Date.parse(at), data };
    this.events.push(kept);
    if (step === null) return;
    add(this.#steps, step, kept);
    add(this.#tasks, taskKey(step, data.item ?? null), kept);
  }

  /** Those of a step with all its items. */
  ofStep(step: string): readonly TrailEvent[] {
    return this.#steps.get(step) ?? none;
  }

  /** Those of a step alone, or of one item. */
  ofTask(step: string, item: number | null): readonly TrailEvent[] {
    return this.#tasks.get(taskKey(step, item)) ?? none;
  }
}

function add(lists: Map<string, TrailEvent[]>, key: string, event: TrailEvent): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [event]);
  else list.push(event);
}
