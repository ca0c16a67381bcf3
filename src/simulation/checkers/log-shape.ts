// Promise 3 and 6: every transition happens once, in one line of seqs, and a terminal status is final.

import type { Broken } from "../history.ts";
import { type RunCase, terminalTypes } from "./run-case.ts";
import type { AttemptStory } from "./step-story.ts";

const statusOf: Readonly<Record<string, string>> = {
  "run.completed": "completed",
  "run.failed": "failed",
  "run.cancelled": "cancelled",
  "run.timed_out": "timed_out",
};

export function checkLogShape(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  const report = (what: string) => broken.push({ promise: "log", run: run.run.run, what });
  let at = 0;
  run.run.events.forEach((event, index) => {
    if (event.seq !== index + 1) report(`seq ${event.seq} stands at place ${index + 1}`);
    if (event.at < at) report(`the time of seq ${event.seq} is before that of the event before it`);
    at = event.at;
    if (index > 0 && event.type === "run.created") report("a run is created twice");
    const last = index === run.run.events.length - 1;
    if (terminalTypes.has(event.type) && !last) report(`${event.type} is followed by other events`);
    if (last && terminalTypes.has(event.type) && run.run.status !== statusOf[event.type]) {
      report(`the row says ${run.run.status}, the log ${event.type}`);
    }
    if (last && !terminalTypes.has(event.type) && Object.values(statusOf).includes(run.run.status)) {
      report(`the row says ${run.run.status}, the log ends with ${event.type}`);
    }
  });
  if (run.run.lastSeq !== run.run.events.length) report(`the row says seq ${run.run.lastSeq}`);
  for (const [id, story] of run.stories) {
    for (const what of attemptsInOrder(story)) report(`step ${id}: ${what}`);
    for (const what of attemptsInOrder(story.undo)) report(`compensation of ${id}: ${what}`);
  }
  return broken;
}

/** Announced from 1 without a gap, and nothing after the end. */
function attemptsInOrder({ announced, end }: AttemptStory): readonly string[] {
  const wrong: string[] = [];
  announced.forEach(({ attempt, event }, index) => {
    if (attempt !== index + 1) wrong.push(`attempt ${attempt} is announced as number ${index + 1}`);
    if (end !== null && event.seq > end.seq) wrong.push(`attempt ${attempt} is announced after its end`);
  });
  return wrong;
}
