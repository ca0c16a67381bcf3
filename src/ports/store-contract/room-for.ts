// Room in the inbox for so many items of whatever size.

import type { InboxRoom } from "../inbox-store.ts";

export function roomFor(items: number): InboxRoom {
  return { items, hookBytes: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER };
}
