// Judges each run of a history by itself.

import type { Broken, History } from "../history.ts";
import { type RunLog, runLogs } from "./run-log.ts";

/** Says that a promise was broken, and how. */
export type Say = (promise: string, what: string) => void;

export function judgeRuns(history: History, judge: (log: RunLog, say: Say) => void): readonly Broken[] {
  return runLogs(history).flatMap((log) => {
    const broken: Broken[] = [];
    judge(log, (promise, what) => broken.push({ promise, run: log.run.run, what }));
    return broken;
  });
}
