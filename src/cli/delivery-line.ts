// A delivery as a row of a table.

import type { DeliveryResource } from "../client/resources.ts";
import { formatTime } from "./format-time.ts";

export function deliveryLine(delivery: DeliveryResource): readonly string[] {
  const { id, state, reason, run, item, repeated, replay_of: of, received_at: at } = delivery;
  return [
    id,
    reason === null ? state : `${state}: ${reason}`,
    `${run ?? item ?? ""}${repeated ? " (again)" : ""}`,
    of === null ? "" : `replay of ${of}`,
    formatTime(at),
  ];
}
