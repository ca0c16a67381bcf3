// A cron schedule and its time zone.

import { isTimeZone } from "../../schedule/is-time-zone.ts";
import { parseSchedule } from "../../schedule/parse-schedule.ts";
import { placeInText, placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import type { Shape } from "../shape/shape.ts";
import { wrongType } from "../shape/wrong-type.ts";

/** The text of a schedule, checked. */
export function scheduleShape(): Shape<string> {
  return {
    read(node, context) {
      if (node.type !== "scalar" || typeof node.value !== "string") {
        return wrongType(context, node, "a schedule in a text, such as `0 7 * * MON-FRI`");
      }
      const parsed = parseSchedule(node.value);
      if (parsed.ok) return node.value;
      const { message, at, length } = parsed.error;
      const place = placeInText(context.report, node, at, at + Math.max(1, length));
      addProblem(context.report, "invalid_schedule", place, message);
    },
    schema: () => ({ type: "string", maxLength: 256 }),
  };
}

export function timeZoneShape(): Shape<string> {
  return {
    read(node, context) {
      if (node.type !== "scalar" || typeof node.value !== "string") {
        return wrongType(context, node, "the name of a time zone, such as `Europe/Berlin`");
      }
      if (isTimeZone(node.value)) return node.value;
      const message = `\`${node.value.slice(0, 80)}\` is not a time zone`;
      const fix = "write a name such as `UTC`, `Europe/Berlin` or `America/New_York`";
      addProblem(context.report, "invalid_time_zone", placeOf(node), message, fix);
    },
    schema: () => ({ type: "string", maxLength: 64 }),
  };
}
