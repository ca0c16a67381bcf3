// A command that a run rejected, as the error that its sender is given.

import type { RejectionCode } from "../run/command.ts";
import type { RunId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";

export function refused(rejection: RejectionCode, run: RunId): DispatchedError {
  switch (rejection) {
    case "run_ended":
      return new DispatchedError("run_ended", `${run} has ended`);
    case "wait_over":
      return new DispatchedError("wait_over", "it was answered already, or nobody waits for it any more");
    case "too_many_signals":
      return new DispatchedError(
        "too_many_signals",
        `${run} has ${limits.early_signals} signals that no wait took yet`,
        {
          hint: "signals that an open wait takes are taken all the same; the run tells what it waits for",
        },
      );
    case "signal_conflict":
      return new DispatchedError(
        "idempotency_conflict",
        `this idempotency key brought ${run} the signal with another body`,
        { extra: { run } },
      );
    case "nothing_to_compensate":
      return new DispatchedError("nothing_to_compensate", `${run} has nothing left to undo`);
    case "run_not_ended":
      return new DispatchedError("run_not_ended", `${run} has not ended`);
    default:
      return new DispatchedError("run_not_found", `there is no run ${run}`);
  }
}
