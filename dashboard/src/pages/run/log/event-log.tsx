// The log of a run as it grows: only the rows in sight are made, however many events come.

import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useRef } from "react";
import { formatMoment } from "../../../look/moment.tsx";
import { usePreferences } from "../../../look/preferences.ts";
import type { TrailEvent } from "../trail.ts";
import { useRunPage } from "../use-run-page.ts";
import { EventDialog } from "./event-dialog.tsx";
import { eventWords } from "./event-words.ts";

const rowHeight = 26;

export function EventLog() {
  const { feed, run, place, snapshot } = useRunPage();
  const step = place.search["log"] ?? "";
  const asked = place.search["event"] ?? "";
  const shown = /^[1-9]\d{0,6}$/.test(asked) ? Number(asked) : null;
  const events = step === "" ? feed.trail.events : feed.trail.ofStep(step);
  return (
    <section aria-label="Event log" className="mt-4">
      <div className="mb-1 flex items-center gap-3">
        <h2 className="m-0 text-base font-semibold">Events</h2>
        <span className="tabular text-soft">{events.length.toLocaleString("en")}</span>
        {snapshot.stream === "live" && <span className="text-sm text-soft">live</span>}
        <label className="ml-auto flex items-center gap-2 text-sm text-soft">
          Step
          <select
            className="min-h-[var(--row)] max-w-48 rounded-md border border-line-strong bg-paper px-2 text-ink"
            value={step}
            onChange={({ target }) => place.set({ log: target.value })}
          >
            <option value="">all</option>
            {run.steps.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
      </div>
      <Rows events={events} count={events.length} />
      {shown !== null && <EventDialog seq={shown} count={feed.trail.events.length} />}
    </section>
  );
}

function Rows({ events, count }: { readonly events: readonly TrailEvent[]; readonly count: number }) {
  const { place } = useRunPage();
  const { zone } = usePreferences();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  useEffect(() => {
    const element = box.current;
    if (element !== null && atEnd.current && count > 0) element.scrollTop = element.scrollHeight;
  }, [count]);
  // The same for as long as the log is there: a row is made once, however many events come behind it.
  const latest = useRef(place);
  useEffect(() => {
    latest.current = place;
  });
  const onOpen = useCallback((seq: number) => latest.current.set({ event: String(seq) }), []);
  return (
    <div
      ref={box}
      className="max-h-56 overflow-auto rounded-md border border-line"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 2 * rowHeight;
      }}
    >
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const event = events[index];
          return event === undefined ? null : (
            <Row key={event.seq} event={event} top={start} zone={zone} onOpen={onOpen} />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly event: TrailEvent;
  readonly top: number;
  readonly zone: "local" | "utc";
  readonly onOpen: (seq: number) => void;
}

const Row = memo(function Row({ event, top, zone, onOpen }: RowProps) {
  const { seq, at, type, step, data } = event;
  const time = formatMoment(new Date(at).toISOString(), zone, true).slice(11, 23);
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      data-seq={seq}
      className="absolute inset-x-0 flex items-center gap-3 px-2 text-left text-sm whitespace-nowrap hover:bg-sunken"
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
      onClick={() => onOpen(seq)}
    >
      <span className="tabular w-12 shrink-0 text-right text-soft">{seq}</span>
      <time className="shrink-0">{time}</time>
      <span className="w-44 shrink-0 truncate max-md:w-36">{type}</span>
      <span className="max-w-48 shrink-0 truncate font-semibold">
        {step}
        {data.item !== undefined && `[${data.item}]`}
      </span>
      <span className="min-w-0 truncate text-soft">{eventWords(event)}</span>
    </button>
  );
});
