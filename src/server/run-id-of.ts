// The run that an address names.

import { asRunId, type RunId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ApiRequest } from "./api-request.ts";

/** Of `:id` in the path. Errors: `run_not_found`. */
export function runIdOf(request: ApiRequest): RunId {
  const run = asRunId(request.params["id"] as string);
  if (run !== null) return run;
  throw new DispatchedError("run_not_found", "there is no such run", {
    hint: "a run's id is run_ with 26 letters and digits behind it",
  });
}
