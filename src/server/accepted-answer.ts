// What is told of what was taken and is not waited for: ids, and nothing else.

import type { Accepted, HookAccepted } from "../engine/inbox-api.ts";
import type { ItemId, RunId } from "../value/id.ts";
import type { ApiAnswer } from "./api-request.ts";
import { jsonAnswer } from "./route.ts";

/** 202 with the run that was started, or with the item of the inbox that waits. */
export function acceptedAnswer(accepted: Accepted): ApiAnswer {
  return accepted.type === "run" ? acceptedRun(accepted.run) : acceptedItem(accepted.item);
}

/** A challenge is answered 200 with itself, as its sender wants it. */
export function hookAnswer(accepted: HookAccepted): ApiAnswer {
  return accepted.type === "challenge"
    ? jsonAnswer(200, { challenge: accepted.challenge })
    : acceptedAnswer(accepted);
}

export function acceptedRun(run: RunId): ApiAnswer {
  const location = `/api/runs/${run}`;
  return jsonAnswer(202, { run, location }, { location, "dispatched-run": run });
}

export function acceptedItem(item: ItemId): ApiAnswer {
  const location = `/api/inbox/${item}`;
  return jsonAnswer(202, { item, location }, { location, "dispatched-item": item });
}
