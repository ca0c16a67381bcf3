// The engine alone may open what active runs may need, and nothing else: judged from the rows of the disk.

import type { Broken, History, LiveSpan } from "../history.ts";
import { activeSpans, type Need } from "./active-spans.ts";
import { type NeededLive, neededLive } from "./needed-live.ts";
import { rootOf } from "./run-log.ts";

/** The disk is looked at this often. */
const everyMs = 250;
/** So long something may be live that nobody needs any more. */
const keptMaxMs = 60_000;
const never = Number.POSITIVE_INFINITY;

/** What a run or grant alone needed is closed within this. */
const closedMaxMs = 15_000;

type Say = (promise: string, what: string) => void;

export function checkLive(history: History): readonly Broken[] {
  const needed = neededLive(history);
  return history.liveSpans.flatMap((span) => {
    const broken: Broken[] = [];
    const run = span.kind === "run" ? span.name : null;
    const say: Say = (promise, what) => broken.push({ promise, run, what: `${placeOf(span)}: ${what}` });
    // Of grants others judge.
    if (span.kind === "grant") return [];
    if (run !== null) checkRun(span, needed, say);
    else if (span.live) checkKept(history, span, needed, say);
    else checkClosed(span, needed.must.get(placeOf(span)) ?? [], say);
    return broken;
  });
}

function placeOf({ tenant, kind, name }: LiveSpan): string {
  return `${tenant}/${kind}/${name}`;
}

/** The key of a run is live exactly while it is active, or kept by an active rerun: at the top, and not attended. */
function checkRun(span: LiveSpan, { runs, kept }: NeededLive, say: Say): void {
  const log = runs.get(span.name);
  if (log === undefined) return;
  if (log.attended || rootOf(log.run) !== log.run.run) {
    if (span.live)
      say("only active runs at the top are live", log.attended ? "it is attended" : "it is a child");
    return;
  }
  const spans = [...activeSpans(log), ...(kept.get(span.name) ?? [])];
  if (!span.live && isSeenIn(span, spans)) say("what active runs need is live", "its key is not");
  // It may have ended and begun again between two looks.
  const idle = longestIdle(spans, span.from, (span.to ?? never) - everyMs);
  if (span.live && idle >= everyMs) say("only active runs at the top are live", "it has ended");
}

function checkKept(history: History, span: LiveSpan, { may, possible }: NeededLive, say: Say): void {
  const place = placeOf(span);
  const needs = may.get(place) ?? [];
  if (needs.length === 0 && !possible.has(place)) {
    say("nothing is live but what active runs may need", "none ever needs it");
    return;
  }
  if (span.to === null && !needs.some(({ to }) => to > history.endedAt - closedMaxMs))
    say("nothing is live but what active runs may need", "it is at the end");
  const idle = longestIdle(needs, span.from, span.to ?? history.endedAt);
  if (idle > keptMaxMs) say("nothing is live for long after the last run that named it", `for ${idle} ms`);
}

/** The longest time between `from` and `to` at which nobody needs it. */
function longestIdle(needs: readonly Need[], from: number, to: number): number {
  let longest = 0;
  let idleSince = from;
  for (const need of needs.toSorted((a, b) => a.from - b.from)) {
    if (need.from >= to) break;
    longest = Math.max(longest, need.from - idleSince);
    idleSince = Math.max(idleSince, need.to);
  }
  return idleSince >= to ? longest : Math.max(longest, to - idleSince);
}

function checkClosed(span: LiveSpan, needs: readonly Need[], say: Say): void {
  // An event counts for the runs that had begun when it came.
  const known = span.kind === "event" ? needs.filter(({ from }) => from < span.from - everyMs) : needs;
  if (isSeenIn(span, known)) say("what active runs need is live", "it is not");
}

/** Whether the disk was looked at in one of the times while it stood as the span says. */
function isSeenIn({ from, to }: LiveSpan, needs: readonly Need[]): boolean {
  return needs.some((need) => {
    // A look in the very millisecond of a write may have come before it.
    if (from > need.from && from < need.to) return true;
    return Math.min(need.to, (to ?? never) - everyMs) - Math.max(need.from, from) >= everyMs;
  });
}
