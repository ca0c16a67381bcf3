// What else there is to say of a step beside its status, in a few words.

import type { StepResource } from "dispatched/client";
import { formatDuration } from "../../look/duration.ts";

export function stepDetail(step: StepResource): string {
  const { items, attempts, started_at: from, ended_at: to, error, status, skipped } = step;
  const parts: string[] = [];
  if (items !== null) {
    parts.push(`${items.succeeded}/${items.count} items`);
    if (items.failed > 0) parts.push(`${items.failed} failed`);
  }
  if (status === "skipped" && skipped !== null) parts.push(skipped);
  if (error !== null && items === null) parts.push(error.code);
  if (attempts > 1) parts.push(`${attempts} attempts`);
  if (from !== null && to !== null) parts.push(formatDuration(Date.parse(to) - Date.parse(from)));
  return parts.join(" · ");
}
