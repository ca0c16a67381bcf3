// `dispatched schedule list`: the cron triggers and when they are due next.

import type { ScheduleResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export async function listSchedules(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const schedules: ScheduleResource[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.listSchedules(cursor);
    schedules.push(...page.schedules);
    if (page.next === null) break;
    cursor = page.next;
  }
  if (terminal.json) {
    for (const schedule of schedules) terminal.value(stringifyJson({ ...schedule }));
    return exitCode.completed;
  }
  const rows = schedules.map(({ workflow, version, schedule, timezone, next }) => [
    `${workflow} v${version}`,
    schedule,
    timezone,
    next[0] === undefined ? "never" : formatTime(next[0]),
  ]);
  if (rows.length === 0) terminal.line("no schedules; a trigger of type cron makes one");
  else
    for (const line of formatTable(["workflow", "schedule", "time zone", "next"], rows)) terminal.line(line);
  return exitCode.completed;
}
