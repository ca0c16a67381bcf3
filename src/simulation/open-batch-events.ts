// The events of a batch on the simulated disk.

import type { EventBatch } from "../ports/store.ts";
import type { RunEvent } from "../run/event.ts";
import { simOpened } from "./ports/sim-vault.ts";

/** What stands on the disk never changes, and is looked at several times. */
const opened = new WeakMap<Uint8Array, readonly RunEvent[]>();

export function openBatchEvents({ sealed }: EventBatch): readonly RunEvent[] {
  const known = opened.get(sealed);
  if (known !== undefined) return known;
  const events = JSON.parse(simOpened(sealed)) as readonly RunEvent[];
  opened.set(sealed, events);
  return events;
}
