// How requests to the hooks of a workflow are to be signed.

import type { HttpTrigger, VerifyRule, Workflow } from "../language/workflow.ts";

/** Null for not at all. */
export function verifyOf({ triggers }: Workflow): VerifyRule | null {
  const http = triggers.find((trigger): trigger is HttpTrigger => trigger.type === "http");
  return http?.verify ?? null;
}
