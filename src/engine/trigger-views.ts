// What starts runs of a workflow, as lists of workflows tell it.

import type { Trigger } from "../language/workflow.ts";
import { nextTime } from "../schedule/next-time.ts";
import type { TriggerView } from "./review-api.ts";
import { scheduleOf } from "./triggers.ts";

/** In the order of the document. @param now in milliseconds since 1970: the next times are after it */
export function triggerViews(triggers: readonly Trigger[], now: number): readonly TriggerView[] {
  return triggers.map((trigger): TriggerView => {
    if (trigger.type === "http") return { type: "http", signed: trigger.verify !== null };
    if (trigger.type === "event") return { type: "event", event: trigger.event };
    const { schedule, timezone } = trigger;
    return { type: "cron", schedule, timezone, next: nextTime(scheduleOf(trigger), timezone, now) };
  });
}
