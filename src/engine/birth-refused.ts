// What a sender hears whose run the store did not take.

import { DispatchedError } from "../value/problem.ts";
import { keyRotated } from "./key-rotated.ts";
import type { RunIdentity } from "./propose.ts";

/** @param doubted an attempt before fell silent: the run may have been stored */
export function birthRefused(
  type: "stale_key" | "item_settled" | "workflow_deleted",
  doubted: boolean,
  { definition }: Pick<RunIdentity, "definition">,
): DispatchedError {
  if (type === "stale_key") return keyRotated(doubted);
  if (type === "workflow_deleted") return workflowDeleted(definition.workflow.name);
  const message = "the item of the inbox was settled meanwhile";
  return new DispatchedError("store_unavailable", message, { retryable: true });
}

export function workflowDeleted(name: string, highest: number | null = null): DispatchedError {
  const next = highest === null ? "put a higher version of it" : `put it as version ${highest + 1} or higher`;
  return new DispatchedError("workflow_deleted", `${name} was deleted: nothing new starts by it`, {
    hint: next,
  });
}
