// Which events a wait has been offered: one that is offered again is known by its key as long as it may be.

import type { AwaitedEvent } from "./state.ts";

/** Events stored at the same time may come in another order: looked at once more are those of so long before the latest. */
const lookBackMs = 10_000;
/** Keys are kept by when their events came in, so that one of a busy topic is found, and added, without a look at all. */
const momentMs = 100;

/** The wait after it was offered an event. */
export function offered(awaited: AwaitedEvent, key: string | null, receivedAt: number): AwaitedEvent {
  const lookedTo = Math.max(awaited.lookedTo ?? 0, receivedAt);
  const since = lookedTo - lookBackMs;
  const moments = (awaited.offered ?? []).filter(({ at }) => at + momentMs > since);
  if (key === null) return { ...awaited, lookedTo, offered: moments };
  const at = momentOf(receivedAt);
  const place = moments.findLastIndex((moment) => moment.at === at);
  const keys = [...(moments[place]?.keys ?? []), key];
  const added = place < 0 ? [...moments, { at, keys }] : moments.with(place, { at, keys });
  return { ...awaited, lookedTo, offered: added };
}

export function wasOffered(awaited: AwaitedEvent | null, key: string, receivedAt: number): boolean {
  const at = momentOf(receivedAt);
  return awaited?.offered?.some((moment) => moment.at === at && moment.keys.includes(key)) ?? false;
}

/** From when on events are offered to it; `beganAt`: when the first may have come. */
export function offersSince({ lookedTo }: AwaitedEvent, beganAt: number): number {
  return lookedTo === undefined ? beganAt : Math.max(beganAt, lookedTo - lookBackMs);
}

/** By their keys: those that it was offered and may be offered again. */
export function offeredKeys(awaited: AwaitedEvent | null): readonly string[] {
  return (awaited?.offered ?? []).flatMap(({ keys }) => keys);
}

function momentOf(receivedAt: number): number {
  return receivedAt - (receivedAt % momentMs);
}
