// The events of a batch on the simulated disk.

import type { EventBatch } from "../ports/store.ts";
import type { RunEvent } from "../run/event.ts";
import { simOpened } from "./ports/sim-vault.ts";

export function openBatchEvents(batch: EventBatch): readonly RunEvent[] {
  return JSON.parse(simOpened(batch.sealed)) as readonly RunEvent[];
}
