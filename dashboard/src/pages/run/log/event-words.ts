// What an event says beside its type, in a few words.

import { formatDuration } from "../../../look/duration.ts";
import type { TrailEvent } from "../trail.ts";

export function eventWords({ at, type, data }: TrailEvent): string {
  const { failure, answer, result, attempt, notBefore, until, name, run, reason, compensation } = data;
  const parts: string[] = [];
  if (failure != null) parts.push(`${failure.code}: ${failure.message}`);
  const status = answer?.status ?? result?.status;
  if (status !== undefined) parts.push(String(status));
  if (type.endsWith("retrying") && attempt !== undefined) parts.push(`attempt ${attempt}`);
  if (notBefore !== undefined && notBefore > at) parts.push(`in ${formatDuration(notBefore - at)}`);
  if (until !== undefined && until > at) parts.push(`at most ${formatDuration(until - at)}`);
  for (const one of [name, run, reason]) if (one !== undefined) parts.push(one);
  if (compensation !== undefined) parts.push(`compensation ${compensation}`);
  return parts.join(" · ");
}
