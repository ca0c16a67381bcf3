// Ended runs at the top that the engine must still open: a rerun that is active took over children of theirs to undo.

import type { DurableEvent } from "../history.ts";
import { activeSpans, type Need } from "./active-spans.ts";
import { type RunLog, rootOf, stepOf } from "./run-log.ts";

interface Taken {
  readonly accepted: boolean;
  readonly result: { readonly type: string; readonly run?: string } | null;
  readonly child?: { readonly run: string };
}

/** When each is kept, by its id. */
export function keptRoots(logs: ReadonlyMap<string, RunLog>): ReadonlyMap<string, readonly Need[]> {
  const kept = new Map<string, Need[]>();
  for (const log of logs.values()) {
    if (log.attended) continue;
    for (const root of rootsOf(log, logs)) {
      if (logs.get(root)?.attended !== false) continue;
      kept.set(root, [...(kept.get(root) ?? []), ...activeSpans(log)]);
    }
  }
  return kept;
}

function rootsOf(log: RunLog, logs: ReadonlyMap<string, RunLog>): ReadonlySet<string> {
  const roots = new Set<string>();
  for (const event of log.events) {
    const child = logs.get(childOf(log, event) ?? "");
    if (child !== undefined) roots.add(rootOf(child.run));
  }
  return roots;
}

/** A child with a compensation by its step is not asked to undo itself. */
function childOf(log: RunLog, event: DurableEvent): string | null {
  const step = event.type.endsWith(".carried") ? stepOf(log, event) : null;
  if (step === null || step.kind !== "child" || step.compensate !== null) return null;
  const { accepted, result, child } = event.data["outcome"] as unknown as Taken;
  const run = child?.run ?? (result?.type === "child" ? result.run : undefined);
  return accepted ? (run ?? null) : null;
}
