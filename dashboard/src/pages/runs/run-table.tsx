// The rows of the list: only those in sight are in the page. Arrows choose one, Enter opens it, x takes it.

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { usePreferences } from "../../look/preferences.ts";
import type { RunList, RunListView } from "./run-list.ts";
import { columns, RunRow } from "./run-row.tsx";
import { useIsNarrow } from "./use-is-narrow.ts";

interface RunTableProps {
  readonly list: RunList;
  readonly view: RunListView;
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (run: string) => void;
}

const cardPx = 104;

/**
 * Rows stand in the flow, between two bodies that are as high as what is not there: a style of its own on each row would cost all of
 * its cells theirs, frame by frame.
 */
export function RunTable({ list, view, chosen, onToggle }: RunTableProps) {
  const narrow = useIsNarrow();
  const body = useRef<HTMLTableSectionElement>(null);
  const start = useRef<HTMLTableSectionElement>(null);
  const top = useTopOf(start);
  const [at, setAt] = useState(0);
  const rowPx = narrow
    ? cardPx
    : Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10);
  const virtual = useWindowVirtualizer({
    count: view.rows.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: top,
  });
  const shown = virtual.getVirtualItems();
  const above = (shown[0]?.start ?? top) - top;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? top) + top;
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];
  useEffect(() => list.see(first, last), [list, first, last]);
  const press = useRowKeys({ at, setAt, view, rowPx, onToggle, body, show: virtual.scrollToIndex });
  return (
    <table
      className="block [overflow-anchor:none]"
      aria-label="Runs"
      aria-rowcount={view.more ? -1 : view.rows.length + 1}
      onKeyDown={press}
    >
      {!narrow && <Heads />}
      <tbody ref={start} aria-hidden className="block" style={{ height: above }} />
      <tbody ref={body} className="block">
        {shown.map(({ index }) => {
          const row = view.rows[index];
          if (row === undefined) return null;
          return (
            <RunRow
              key={row.run.id}
              row={row}
              index={index}
              narrow={narrow}
              active={index === at}
              chosen={chosen.has(row.run.id)}
              onToggle={onToggle}
              onChoose={setAt}
            />
          );
        })}
      </tbody>
      <tbody aria-hidden className="block" style={{ height: below }} />
      {view.more && (
        <caption className="block caption-bottom py-2 text-soft">More are loaded as you scroll.</caption>
      )}
    </table>
  );
}

/** How far below the top of the page it begins. Measured when the page's size changes: with each row, it would lay out all anew. */
function useTopOf(body: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = body.current;
    const page = element?.closest("main");
    if (element == null || page == null) return;
    const measure = () => setTop(Math.round(element.getBoundingClientRect().top + window.scrollY));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(page);
    return () => observer.disconnect();
  }, [body]);
  return top;
}

interface RowKeys extends Pick<RunTableProps, "view" | "onToggle"> {
  readonly at: number;
  readonly setAt: (at: number) => void;
  readonly rowPx: number;
  readonly body: RefObject<HTMLTableSectionElement | null>;
  readonly show: (index: number) => void;
}

/** The link of the chosen row has the focus; a row that is not there yet has it when it is. */
function useRowKeys({ at, setAt, view, rowPx, onToggle, body, show }: RowKeys) {
  const focus = useRef(false);
  useEffect(() => {
    if (!focus.current) return;
    focus.current = false;
    body.current
      ?.querySelector<HTMLElement>(`[data-index="${at}"] a[data-run]`)
      ?.focus({ preventScroll: true });
  });
  return (event: KeyboardEvent) => {
    const onLink = event.target instanceof HTMLAnchorElement;
    if (!onLink || event.ctrlKey || event.metaKey || event.altKey) return;
    const run = view.rows[at]?.run.id;
    const moved = moveTo(event.key, at, view.rows.length, Math.floor(window.innerHeight / rowPx) - 4);
    if (moved !== null) {
      setAt(moved);
      show(moved);
      focus.current = true;
    } else if (event.key === "x" && run !== undefined) onToggle(run);
    else return;
    event.preventDefault();
  };
}

function moveTo(key: string, at: number, count: number, page: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(count - 1, at + step));
}

function Heads() {
  const { zone } = usePreferences();
  const zoneName = zone === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const heads = [
    "Taken",
    "Status",
    "Workflow",
    "Run",
    "Doing",
    "Labels",
    `Made (${zoneName})`,
    "Took",
    "Actions",
  ];
  return (
    <thead className="block">
      <tr className={`${columns} border-b border-line-strong pb-1 text-sm text-soft`}>
        {heads.map((head) => (
          <th
            key={head}
            scope="col"
            className={`font-normal ${head === "Took" ? "text-right" : "truncate text-left"}`}
          >
            <span className={head === "Taken" || head === "Actions" ? "sr-only" : ""}>{head}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}
