// Begins a task: one file a kind of action.

import { unreachable } from "../value/assert.ts";
import type { Place } from "./place.ts";
import { startChild } from "./step-child.ts";
import { startRequest } from "./step-request.ts";
import { startSleep } from "./step-sleep.ts";
import { startValue } from "./step-value.ts";
import { startWait } from "./step-wait.ts";
import type { Turn } from "./turn.ts";

export function startTask(turn: Turn, place: Place): void {
  const { action } = place.step;
  switch (action.type) {
    case "request":
      startRequest(turn, place, action);
      break;
    case "value":
      startValue(turn, place, action);
      break;
    case "wait":
      startWait(turn, place, action.wait, null);
      break;
    case "sleep":
      startSleep(turn, place, action);
      break;
    case "workflow":
      startChild(turn, place, action);
      break;
    default:
      unreachable(action);
  }
}
