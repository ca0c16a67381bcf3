// What a sender of a document hears whose version is stored with other content.

import type { Workflow } from "../language/workflow.ts";
import { DispatchedError } from "../value/problem.ts";

/** @param highest the highest version that is stored: only one above it would be in force */
export function versionConflict({ name, version }: Workflow, highest: number): DispatchedError {
  return new DispatchedError(
    "version_conflict",
    `version ${version} of ${name} is stored with other content`,
    {
      hint: `a stored version never changes: put it as version ${highest + 1}`,
    },
  );
}
