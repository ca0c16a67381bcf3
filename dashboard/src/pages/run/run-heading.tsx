// The head of a run's page: status, workflow, version, age, and where the run comes from.

import { Link } from "@tanstack/react-router";
import { formatDuration } from "../../look/duration.ts";
import { Moment } from "../../look/moment.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useNow } from "../../look/use-now.ts";
import { hasEnded } from "./doing/why-off.ts";
import { runStatus } from "./step-status.ts";
import { useRunPage } from "./use-run-page.ts";

export function RunHeading() {
  const { run, snapshot } = useRunPage();
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-xl">
          <StatusMark status={runStatus(run)} size={20} />
        </span>
        <Link
          to="/workflows/$name"
          params={{ name: run.workflow }}
          className="break-all text-ink underline decoration-line-strong underline-offset-4 hover:text-accent"
        >
          {run.workflow}
        </Link>
        <span className="text-base font-normal text-soft">version {run.version}</span>
        {snapshot.stream === "broken" && (
          <span className="text-base font-normal text-amber" role="status">
            Connects again
          </span>
        )}
      </span>
      <span className="flex flex-wrap items-center gap-x-3 text-sm font-normal text-soft">
        <code className="break-all">{run.id}</code>
        <Age />
        <Origin />
        {Object.entries(run.labels).map(([name, value]) => (
          <span key={name} className="rounded border border-line px-1.5">
            {name}={value}
          </span>
        ))}
      </span>
    </span>
  );
}

function Age() {
  const { run } = useRunPage();
  const now = useNow();
  const from = Date.parse(run.created_at);
  const text = hasEnded(run)
    ? `took ${formatDuration(Date.parse(run.ended_at ?? "") - from)}`
    : `for ${formatDuration(Math.max(0, now - from))}`;
  return (
    <span className="tabular">
      <Moment at={run.created_at} /> · {text}
    </span>
  );
}

function Origin() {
  const { run } = useRunPage();
  const link = (id: string, what: string) => (
    <span>
      {what}{" "}
      <Link to="/runs/$run" params={{ run: id }} className="text-accent underline">
        {id}
      </Link>
    </span>
  );
  return (
    <>
      {run.parent !== null && link(run.parent.run, "part of")}
      {run.rerun_of !== null && link(run.rerun_of, "goes again from")}
    </>
  );
}
