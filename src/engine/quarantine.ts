// Runs that this node leaves as they are, because their logs cannot be read, or what is next in them cannot be decided.

import type { Explanation } from "../run/explain.ts";
import type { NowLine } from "../run/now-line.ts";
import type { RunId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";

export interface Quarantined {
  /** Its log could be read: it can be shown, and ended. */
  readonly isRead: boolean;
  /** As the log of the process has it. */
  readonly reason: string;
}

export function quarantineError(run: RunId, { isRead, reason }: Quarantined): DispatchedError {
  if (!isRead) return new DispatchedError("run_quarantined", `the log of ${run} cannot be read`);
  const message = `${run} stands still: the engine could not decide what is next (${reason})`;
  return new DispatchedError("run_quarantined", message, { hint: `${endBy(run)} ends it as it stands` });
}

function endBy(run: string): string {
  return `dispatched runs cancel ${run} --no-compensate`;
}

export function quarantinedLine({ line }: NowLine): NowLine {
  return { line: `quarantined · ${line}`, due: null };
}

/** Nothing that it says of what goes on holds. */
export function explainQuarantined(told: Explanation, { reason }: Quarantined): Explanation {
  return {
    ...told,
    verdict: `quarantined · ${told.verdict}`,
    cause: `the engine could not decide what is next (${reason})`,
    next: {
      action: "fix",
      text: endBy(told.run),
      note: "it ends as it stands, and nothing more is undone; the engine tries it again when it starts anew, and may make its last call once more",
    },
    child: null,
  };
}
