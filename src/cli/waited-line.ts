// What waited for a sign-in, as one line.

import type { WhatWaitedResource } from "../client/resources.ts";
import { waitedInWords } from "../client/waited-in-words.ts";
import { formatTime } from "./format-time.ts";

export function waitedLine(waited: WhatWaitedResource): string {
  const since = waited.oldest_at === null ? "" : ` (the oldest since ${formatTime(waited.oldest_at)})`;
  return `${waitedInWords(waited)}${since}`;
}
