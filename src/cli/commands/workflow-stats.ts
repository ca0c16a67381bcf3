// `dispatched workflow stats`: how the runs of a workflow ended lately.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatElapsed, formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

export async function workflowStats(
  terminal: Terminal,
  name: string,
  options: { readonly hours?: string },
): Promise<number> {
  const { client } = openConnection();
  const stats = await client.workflowStats(name, options.hours === undefined ? {} : { hours: options.hours });
  if (terminal.json) {
    terminal.value(stringifyJson(stats));
    return exitCode.completed;
  }
  const { outcomes, active, more_active, since, median_ms, p95_ms } = stats;
  terminal.line(`since      ${formatTime(since)}`);
  for (const status of ["completed", "failed", "cancelled", "timed_out"] as const) {
    terminal.line(`${status.padEnd(10)} ${outcomes[status]}`);
  }
  terminal.line(`under way  ${active}${more_active ? "+" : ""}`);
  if (median_ms !== null && p95_ms !== null) {
    terminal.line(`took       ${formatElapsed(median_ms)} (median), ${formatElapsed(p95_ms)} (95 of 100)`);
  }
  return exitCode.completed;
}
