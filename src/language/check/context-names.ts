// The names that an expression sees, and the members that are known of each.

/** The roots that are objects of fixed members. */
export const fixedRoots: ReadonlyMap<string, readonly string[]> = new Map([
  ["trigger", ["body", "raw_body", "headers", "query", "method", "type", "event", "scheduled_at"]],
  ["run", ["id", "workflow", "version", "started_at"]],
]);

export const stepMembers: readonly string[] = [
  "status",
  "output",
  "response",
  "responses",
  "signal",
  "signals",
  "error",
];

export const responseMembers: readonly string[] = ["status", "headers", "body"];

/** All roots, for guesses. */
export const rootNames: readonly string[] = ["trigger", "steps", "run", "secrets", "callback"];
