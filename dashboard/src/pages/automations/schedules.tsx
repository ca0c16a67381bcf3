// Schedules: cron triggers in words, with their next times.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ScheduleResource } from "dispatched/client";
import { AlarmClock } from "lucide-react";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { NextTime, ScheduleWords } from "../../look/schedule-words.tsx";
import { allPages } from "../../session/all-pages.ts";
import { useClient } from "../../session/tenant-client.ts";

const columns: readonly Column<ScheduleResource>[] = [
  {
    title: "Workflow",
    cell: ({ workflow, version }) => (
      <Link to="/workflows/$name" params={{ name: workflow }} className="text-accent underline">
        {workflow} <span className="text-soft">v{version}</span>
      </Link>
    ),
  },
  {
    title: "When",
    cell: ({ schedule, timezone }) => <ScheduleWords schedule={schedule} timezone={timezone} />,
  },
  { title: "Next", cell: ({ next }) => <NextTime at={next[0] ?? null} /> },
  {
    title: "Missed times",
    roomy: true,
    cell: ({ catch_up }) => (catch_up === "latest" ? "the latest is made up for" : "are left out"),
  },
];

export function Schedules() {
  const client = useClient();
  const schedules = useQuery({
    queryKey: ["schedules"],
    queryFn: () =>
      allPages(async (cursor) => {
        const { schedules: rows, next } = await client.listSchedules(cursor);
        return { rows, next };
      }),
  });
  return (
    <Loaded of={schedules}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState shape={AlarmClock} title="Nothing runs by the clock">
            A workflow with a cron trigger starts by itself:
            <pre className="text-left">{"triggers:\n  - type: cron\n    schedule: 0 6 * * 1-5"}</pre>
          </EmptyState>
        ) : (
          <DataTable
            caption="Schedules"
            columns={columns}
            rows={rows}
            keyOf={({ workflow, schedule, timezone }) => `${workflow} ${schedule} ${timezone}`}
          />
        )
      }
    </Loaded>
  );
}
