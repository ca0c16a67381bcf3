// A test that cannot run on this machine says so; the check of a submission, which needs all, fails by it.

import assert from "node:assert/strict";
import type { TestContext } from "node:test";

/** The gate shows the line at its end. @param what what is not run, and why */
export function notRun(context: TestContext, what: string): void {
  assert.notEqual(process.env["DISPATCHED_EVERY_STAGE"], "1", `NOT RUN ${what}`);
  context.diagnostic(`NOT RUN ${what}`);
}
