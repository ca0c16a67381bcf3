// The limits of a whole run.

import { limits } from "../value/limits.ts";
import { beginEnding } from "./begin-ending.ts";
import { unsent } from "./failure.ts";
import type { Turn } from "./turn.ts";

/** What ends or undoes a run is exempt, so this is asked only while it goes on. */
export function checkLimits(turn: Turn): void {
  if (turn.state.ending !== null) return;
  if (turn.state.dataBytes > limits.run_data_bytes) {
    const counted = "a body counts each time that it is sent, answered or used, also where it is stored once";
    const message = `the run has recorded more than ${limits.run_data_bytes} bytes; ${counted}`;
    beginEnding(turn, "failed", { type: "limit", failure: unsent("limit", "run_data_bytes", message) });
  } else if (turn.state.seq - turn.state.passedOver > limits.run_events) {
    const message = `the run has recorded more than ${limits.run_events} events`;
    beginEnding(turn, "failed", { type: "limit", failure: unsent("limit", "run_events", message) });
  }
}
