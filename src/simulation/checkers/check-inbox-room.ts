// The room of an inbox: no more waits than may, nothing is refused that fits, and due times and events always fit.

import type { Broken, History } from "../history.ts";
import type { ItemJudged, RoomGiven } from "../inbox-seen.ts";

/** These come once, whatever waits already. */
const always: ReadonlySet<string> = new Set(["cron", "event"]);

export function checkInboxRoom({ inboxRoom, itemsJudged }: History): readonly Broken[] {
  if (inboxRoom === null) return [];
  return itemsJudged.flatMap((judged): readonly Broken[] => {
    const say = (promise: string) => [{ promise, run: null, what: `${judged.kind} ${judged.item}` }];
    if (always.has(judged.kind)) return judged.taken ? [] : say("due times and events always find room");
    const isFitting = fits(judged, inboxRoom);
    if (judged.taken && !isFitting) return say("no more waits in an inbox than may");
    if (!judged.taken && isFitting) return say("an inbox refuses only what does not fit");
    return [];
  });
}

/** A hook's quota of items is its own, and more than come by one here. */
function fits({ hook, size, alike, alikeBytes, allBytes }: ItemJudged, room: RoomGiven): boolean {
  if (allBytes + size > room.bytes) return false;
  return hook === null ? alike < room.items : alikeBytes + size <= room.hookBytes;
}
