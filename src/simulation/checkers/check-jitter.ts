// Full jitter spreads retries: they come neither all at once nor all as late as they may.

import type { Broken, History } from "../history.ts";
import { retryOf, undoRetryOf } from "../workload/model.ts";
import { failureOf, runLogs } from "./run-log.ts";
import { taskOf } from "./task-of.ts";

/** So many of a world that they hardly lie side by side by chance: once in a hundred million worlds. */
const enough = 8;
/** Parts of the full delay. */
const sideBySide = 0.05;
/** Of shorter delays milliseconds are too coarse. */
const fullMsMin = 100;

export function checkJitter(history: History): readonly Broken[] {
  const parts = partsOf(history);
  if (parts.length < enough) return [];
  const [least, most] = [Math.min(...parts), Math.max(...parts)];
  if (most - least > sideBySide) return [];
  const what = `${parts.length} from ${least} to ${most} of their delay`;
  return [{ promise: "full jitter spreads retries", run: null, what }];
}

/** How much of its full delay each retry waited that nobody asked to wait. */
function partsOf(history: History): readonly number[] {
  return runLogs(history).flatMap((log) =>
    log.events.flatMap((event): readonly number[] => {
      const task = event.type.endsWith(".retrying") ? taskOf(log, event) : null;
      if (task === null) return [];
      const { step, undo } = task;
      const policy = undo
        ? step.compensate === null
          ? null
          : undoRetryOf(step.compensate)
        : retryOf(log.model, step);
      const { kind, headers } = failureOf(event);
      if (
        policy?.jitter !== "full" ||
        kind === "crash" ||
        kind === "directive" ||
        headers?.["retry-after"] !== undefined
      )
        return [];
      const spent = Number(event.data["spent"]);
      const growth =
        policy.backoff === "exponential" ? 2 ** (spent - 1) : policy.backoff === "linear" ? spent : 1;
      const full = Math.min(policy.delayMs * growth, policy.maxDelayMs);
      return full < fullMsMin ? [] : [(Number(event.data["notBefore"]) - event.at) / full];
    }),
  );
}
