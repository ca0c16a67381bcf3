// Where an answer may have further pages.

import type { DocumentEntry } from "../document/document-node.ts";
import { placeOfKey } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { ReadContext } from "../shape/shape.ts";
import type { StepRead } from "./step-fields.ts";

/** Pages are read by GET, and there is nothing to wait for: neither a job nor a callback. */
export function checkPages({ values, entries }: StepRead, context: ReadContext): void {
  const { paginate, poll } = values.response?.entries ?? {};
  const undone = values.compensate?.values.response?.entries.paginate;
  if (undone !== undefined) refuse(undone, "what undoes a step has no pages", context);
  if (paginate === undefined) return;
  if (poll !== undefined) refuse(paginate, "`poll` and `paginate` exclude each other", context);
  if (entries.wait !== undefined && entries.request !== undefined)
    refuse(paginate, "a step that waits for its callback has no pages", context);
  const method = values.request?.values.method;
  if (method !== undefined && method !== "GET")
    refuse(paginate, `pages are asked for by GET, and the request is ${method}`, context);
}

function refuse(entry: DocumentEntry, message: string, context: ReadContext): void {
  addProblem(context.report, "pages_not_allowed", placeOfKey(entry), message, "remove `paginate`");
}
