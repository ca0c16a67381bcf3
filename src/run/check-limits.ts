// The limits of a whole run.

import { beginEnding } from "./begin-ending.ts";
import { unsent } from "./failure.ts";
import type { Turn } from "./turn.ts";

/** What ends or undoes a run is exempt, so this is asked only while it goes on. */
export function checkLimits(turn: Turn): void {
  if (turn.state.ending !== null) return;
  const { bounds } = turn.workflow;
  if (turn.state.dataBytes > bounds.dataBytes) {
    const counted = "a body counts each time that it is sent, answered or used, also where it is stored once";
    const message = `the run has recorded more than ${bounds.dataBytes} bytes; ${counted}`;
    beginEnding(turn, "failed", { type: "limit", failure: unsent("limit", "run_data_bytes", message) });
  } else if (turn.state.seq - turn.state.passedOver > bounds.events) {
    const message = `the run has recorded more than ${bounds.events} events`;
    beginEnding(turn, "failed", { type: "limit", failure: unsent("limit", "run_events", message) });
  }
}
