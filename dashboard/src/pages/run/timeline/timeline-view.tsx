// Steps over time: a row each, its attempts, delays and waits as bars; the items of a strategy when they are opened.

import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useRef, useState } from "react";
import { formatDuration } from "../../../look/duration.ts";
import { StatusMark } from "../../../look/status-mark.tsx";
import { useNow } from "../../../look/use-now.ts";
import { hasEnded } from "../doing/why-off.ts";
import { stepStatus } from "../step-status.ts";
import { useRunPage } from "../use-run-page.ts";
import { segmentClass, segmentKinds, segmentWord } from "./segment-look.ts";
import { type Segment, type SegmentKind, segmentsOf } from "./segments-of.ts";
import { type TimeScale, timeScale } from "./time-scale.ts";
import { timeTicks } from "./time-ticks.ts";

interface TimelineRow {
  readonly step: string;
  readonly item: number | null;
  readonly status: string;
  /** Items it can show; 0 for none. */
  readonly items: number;
}

const idle: ReadonlySet<SegmentKind> = new Set(["wait", "sleep", "retry", "poll"]);
const rowHeight = 32;

function useScale(): TimeScale {
  const { feed, run } = useRunPage();
  const now = useNow();
  const from = Date.parse(run.created_at);
  const to = hasEnded(run) ? Date.parse(run.ended_at ?? "") : Math.max(now, from);
  const busy = run.steps
    .flatMap(({ id }) => segmentsOf(feed.trail.ofTask(id, null)))
    .filter(({ kind }) => !idle.has(kind))
    .map((segment) => ({ from: segment.from, to: segment.to ?? to }));
  return timeScale({ from, to }, busy);
}

export function TimelineView() {
  const { run } = useRunPage();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const scale = useScale();
  const rows = run.steps.flatMap((step): readonly TimelineRow[] => {
    const count = step.items?.started ?? 0;
    const own = { step: step.id, item: null, status: stepStatus(step), items: count };
    if (!opened.has(step.id)) return [own];
    return [
      own,
      ...Array.from({ length: count }, (_, item) => ({ step: step.id, item, status: "", items: 0 })),
    ];
  });
  const toggle = (step: string) => {
    const next = new Set(opened);
    if (!next.delete(step)) next.add(step);
    setOpened(next);
  };
  return (
    <div className="pt-2">
      <Axis scale={scale} />
      <Rows rows={rows} scale={scale} opened={opened} onToggle={toggle} />
      <Legend />
    </div>
  );
}

function Axis({ scale }: { readonly scale: TimeScale }) {
  // Behind a fold two marks may read the same: the first of them says it.
  const all = timeTicks(scale);
  const ticks = all.filter(
    ({ ms }, index) => index === 0 || formatDuration(ms) !== formatDuration(all[index - 1]?.ms ?? 0),
  );
  return (
    <div className="flex text-xs text-soft" aria-hidden>
      <span className="w-56 shrink-0" />
      <span className="relative h-5 flex-1">
        {ticks.map(({ ms, place }) => (
          <span
            key={ms}
            className="tabular absolute border-l border-line pl-1"
            style={{ left: `${place * 100}%` }}
          >
            {formatDuration(ms)}
          </span>
        ))}
      </span>
    </div>
  );
}

interface RowsProps {
  readonly rows: readonly TimelineRow[];
  readonly scale: TimeScale;
  readonly opened: ReadonlySet<string>;
  readonly onToggle: (step: string) => void;
}

function Rows({ rows, scale, opened, onToggle }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  return (
    <div ref={box} className="max-h-[55vh] overflow-auto">
      <div className="relative" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={`${row.step} ${row.item}`}
              className="absolute inset-x-0"
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              <Row row={row} scale={scale} open={opened.has(row.step)} onToggle={onToggle} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: TimelineRow;
  readonly scale: TimeScale;
  readonly open: boolean;
  readonly onToggle: (step: string) => void;
}

function Row({ row: { step, item, status, items }, scale, open, onToggle }: RowProps) {
  const { feed, place } = useRunPage();
  const segments = segmentsOf(feed.trail.ofTask(step, item));
  const selected = place.step === step && place.item === item;
  const Toggle = open ? ChevronDown : ChevronRight;
  return (
    <div className="relative flex h-full items-center">
      <button
        type="button"
        aria-current={selected || undefined}
        aria-label={`${step}${item === null ? "" : `[${item}]`}: ${status} ${segments.map(segmentTitle).join(", ")}`}
        className="flex h-full w-full items-center border-b border-line text-left hover:bg-sunken aria-[current]:bg-accent-soft"
        onClick={({ target }) => {
          const bar = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-attempt]") : null;
          const attempt = bar?.dataset["attempt"];
          place.go({ step, item, attempt: attempt === undefined ? null : Number(attempt) });
        }}
      >
        <span className="flex w-56 shrink-0 items-center gap-1.5 truncate pr-2 pl-6" aria-hidden>
          {item === null ? <StatusMark status={status} bare /> : <span className="w-4" />}
          <span className="truncate">{item === null ? step : `[${item}]`}</span>
        </span>
        <span className="relative h-full min-w-0 flex-1 overflow-hidden" aria-hidden>
          {scale.folds.map(({ from, to, left, right }) => (
            <span
              key={from}
              className="absolute inset-y-0 border-x border-dashed border-line bg-sunken"
              style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}
              title={`${formatDuration(to - from)} of idle time, folded`}
            />
          ))}
          {segments.map((segment) => (
            <Bar key={`${segment.kind} ${segment.from}`} segment={segment} scale={scale} />
          ))}
        </span>
      </button>
      {items > 0 && item === null && (
        <button
          type="button"
          className="absolute left-0 rounded p-0.5 text-soft hover:bg-sunken"
          aria-expanded={open}
          aria-label={`Items of ${step}`}
          onClick={() => onToggle(step)}
        >
          <Toggle size={16} aria-hidden />
        </button>
      )}
    </div>
  );
}

function segmentTitle({ kind, attempt, from, to, failure }: Segment): string {
  const which = attempt === null ? segmentWord(kind) : `attempt ${attempt}`;
  const length = to === null ? "goes on" : formatDuration(to - from);
  return `${which} ${length}${failure === null ? "" : ` ${failure.code}`}`;
}

function Bar({ segment, scale }: { readonly segment: Segment; readonly scale: TimeScale }) {
  const { from, to, attempt } = segment;
  if (from > scale.to) return null;
  const left = scale.at(from);
  const width = Math.max(0, scale.at(to ?? scale.to) - left);
  return (
    <span
      data-attempt={attempt ?? undefined}
      data-kind={segment.kind}
      title={segmentTitle(segment)}
      className={`absolute top-2 h-4 min-w-[6px] rounded-[2px] ${segmentClass(segment)}`}
      style={{ left: `min(${left * 100}%, calc(100% - 6px))`, width: `${width * 100}%` }}
    />
  );
}

function Legend() {
  return (
    <ul
      aria-label="What the bars mean"
      className="m-0 mt-2 flex list-none flex-wrap gap-x-4 gap-y-1 p-0 text-xs text-soft"
    >
      {segmentKinds.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <span
            aria-hidden
            className={`h-3 w-4 rounded-[2px] ${segmentClass({ kind, ended: "well", to: 0 })}`}
          />
          {segmentWord(kind)}
        </li>
      ))}
    </ul>
  );
}
