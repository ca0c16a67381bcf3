// Which events a wait has been offered: one that is offered again is known by its key as long as it may be.

import type { AwaitedEvent } from "./state.ts";

/** Events stored at the same time may come in another order: looked at once more are those of so long before the latest. */
const lookBackMs = 10_000;

/** The wait after it was offered an event. */
export function offered(awaited: AwaitedEvent, key: string | null, receivedAt: number): AwaitedEvent {
  const lookedTo = Math.max(awaited.lookedTo ?? 0, receivedAt);
  const since = lookedTo - lookBackMs;
  const before = (awaited.offered ?? []).filter((event) => event.receivedAt >= since);
  return { ...awaited, lookedTo, offered: key === null ? before : [...before, { key, receivedAt }] };
}

/** From when on events are offered to it; `beganAt`: when the first may have come. */
export function offersSince({ lookedTo }: AwaitedEvent, beganAt: number): number {
  return lookedTo === undefined ? beganAt : Math.max(beganAt, lookedTo - lookBackMs);
}

/** By their keys: those that it was offered and may be offered again. */
export function offeredKeys(awaited: AwaitedEvent | null): readonly string[] {
  return (awaited?.offered ?? []).map(({ key }) => key);
}
