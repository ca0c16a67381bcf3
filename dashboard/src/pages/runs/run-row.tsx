// One run of the list: a row of the table, or a card on a phone.

import { Link } from "@tanstack/react-router";
import type { RunItemResource } from "dispatched/client";
import { memo } from "react";
import { formatDuration } from "../../look/duration.ts";
import { formatMoment } from "../../look/moment.tsx";
import { countdown, NowText } from "../../look/now-text.tsx";
import { usePreferences } from "../../look/preferences.ts";
import { StatusMark } from "../../look/status-mark.tsx";
import { useNow } from "../../look/use-now.ts";
import { runStatus } from "../run/step-status.ts";
import { RowActions } from "./row-actions.tsx";
import type { ShownRun } from "./run-rows.ts";

/** Empty heads are for screen readers, and take no column of their own. */
export const columns =
  "grid grid-cols-[24px_116px_minmax(110px,1.2fr)_124px_minmax(150px,2fr)_minmax(80px,1.2fr)_164px_84px_36px] items-center gap-x-2 px-2";

interface RunRowProps {
  readonly row: ShownRun;
  readonly index: number;
  readonly narrow: boolean;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly onToggle: (run: string) => void;
  readonly onChoose: (index: number) => void;
}

export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { row, index, narrow, active, chosen } = props;
  const { run, left } = row;
  const look = `${active ? "focus-within:outline-2 focus-within:-outline-offset-2 focus-within:outline-accent" : ""} ${chosen ? "bg-accent-soft" : "hover:bg-sunken"} ${left ? "opacity-60" : ""}`;
  return (
    <tr
      id={`row-${run.id}`}
      aria-rowindex={index + 2}
      data-index={index}
      onFocus={() => props.onChoose(index)}
      title={left ? "It has changed, and does not fit the filters any more" : undefined}
      className={`contain-layout contain-style border-b border-line ${narrow ? "flex h-[104px] flex-wrap items-center gap-x-2 px-1 py-1.5" : `h-[var(--row)] ${columns}`} ${look}`}
    >
      {narrow ? <Card {...props} /> : <Cells {...props} />}
    </tr>
  );
});

function Take({ row, chosen, onToggle }: RunRowProps) {
  return (
    <td className="inline-flex">
      <input
        type="checkbox"
        tabIndex={-1}
        className="size-4 accent-accent"
        aria-label={`Take ${row.run.id}`}
        checked={chosen}
        onChange={() => onToggle(row.run.id)}
      />
    </td>
  );
}

function Cells(props: RunRowProps) {
  const { run } = props.row;
  return (
    <>
      <Take {...props} />
      <td className="inline-flex">
        <StatusMark status={runStatus(run)} />
      </td>
      <td className="truncate" title={`${run.workflow} v${run.version}`}>
        {run.workflow} <span className="text-soft">v{run.version}</span>
      </td>
      <td>
        <RunLink run={run} active={props.active} />
      </td>
      <td className="truncate" title={run.now}>
        {run.ended_at === null && <NowText now={run.now} due={run.due} />}
      </td>
      <Labels run={run} />
      <td className="tabular truncate">
        <Made run={run} />
      </td>
      <td className="tabular text-right">
        <Took run={run} />
      </td>
      <td>
        <RowActions run={run} active={props.active} />
      </td>
    </>
  );
}

function Card(props: RunRowProps) {
  const { run } = props.row;
  return (
    <>
      <Take {...props} />
      <td className="inline-flex">
        <StatusMark status={runStatus(run)} />
      </td>
      <td className="tabular ml-auto text-sm text-soft">
        <Took run={run} />
      </td>
      <td>
        <RowActions run={run} active={props.active} />
      </td>
      <td className="basis-full truncate">
        <span className="font-semibold">{run.workflow}</span>{" "}
        <span className="text-soft">v{run.version}</span> <RunLink run={run} active={props.active} />
      </td>
      <td className="basis-full truncate text-sm text-soft">
        {run.ended_at === null ? <NowText now={run.now} due={run.due} /> : <Made run={run} zoned />}
      </td>
    </>
  );
}

function RunLink({ run, active }: { readonly run: RunItemResource; readonly active: boolean }) {
  return (
    <Link
      to={`/runs/${run.id}`}
      data-run
      tabIndex={active ? 0 : -1}
      title={run.id}
      className="font-mono text-sm text-accent no-underline hover:underline"
    >
      {run.id.slice(0, 8)}…{run.id.slice(-4)}
    </Link>
  );
}

function Labels({ run }: { readonly run: RunItemResource }) {
  const labels = Object.entries(run.labels).map(([name, value]) => `${name}=${value}`);
  return (
    <td className="truncate text-sm" title={labels.join("\n")}>
      {labels.map((label) => (
        <Link
          key={label}
          to="/runs"
          search={{ label } as never}
          tabIndex={-1}
          className="mr-1 rounded bg-sunken px-1.5 py-0.5 text-ink no-underline hover:bg-accent-soft"
        >
          {label}
        </Link>
      ))}
    </td>
  );
}

function Made({ run, zoned = false }: { readonly run: RunItemResource; readonly zoned?: boolean }) {
  const { zone } = usePreferences();
  const text = formatMoment(run.created_at, zone);
  return (
    <time dateTime={run.created_at} title={run.created_at}>
      {zoned ? text : text.slice(0, 19)}
    </time>
  );
}

function Took({ run }: { readonly run: RunItemResource }) {
  if (run.ended_at === null) return <Goes since={Date.parse(run.created_at)} />;
  return formatDuration(Date.parse(run.ended_at) - Date.parse(run.created_at));
}

function Goes({ since }: { readonly since: number }) {
  const ms = Math.max(0, useNow() - since);
  return ms < 1_000 ? "now" : countdown(ms);
}
