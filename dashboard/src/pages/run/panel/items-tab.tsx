// The items of a strategy: a page is asked for when it comes into sight, of thousands as of ten.

import { useQueries } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { StepItemResource } from "dispatched/client";
import { useRef } from "react";
import { StatusMark } from "../../../look/status-mark.tsx";
import { useClient } from "../../../session/tenant-client.ts";
import { itemStatus } from "../step-status.ts";
import { useRunPage } from "../use-run-page.ts";

const rowHeight = 32;
const pageItems = 100;
const filters = ["all", "failed", "running", "succeeded", "pending"] as const;

export function ItemsTab() {
  const { run, place } = useRunPage();
  const items = run.steps.find(({ id }) => id === place.step)?.items ?? null;
  const filter = filters.find((one) => one === place.search["items"]) ?? "all";
  if (items === null) return null;
  const { count, started, open, succeeded, failed } = items;
  const counts = { all: count, failed, running: open, succeeded, pending: count - started };
  return (
    <>
      <div role="toolbar" aria-label="Which items" className="mb-2 flex flex-wrap gap-1">
        {filters.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === filter}
            className="rounded-md border border-line px-2 py-0.5 aria-pressed:border-accent aria-pressed:bg-accent-soft"
            onClick={() => place.set({ items: one === "all" ? undefined : one })}
          >
            {one === "pending" ? "not begun" : one} {counts[one].toLocaleString("en")}
          </button>
        ))}
      </div>
      <List key={filter} filter={filter} count={counts[filter]} />
    </>
  );
}

function List({ filter, count }: { readonly filter: (typeof filters)[number]; readonly count: number }) {
  const client = useClient();
  const { run, place } = useRunPage();
  const step = place.step ?? "";
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const shown = rows.getVirtualItems();
  const first = Math.floor((shown[0]?.index ?? 0) / pageItems);
  const last = Math.floor((shown.at(-1)?.index ?? 0) / pageItems);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const pages = useQueries({
    queries: numbers.map((page) => ({
      queryKey: ["items", run.id, step, filter, page, run.seq],
      queryFn: () =>
        client.listRunItems(run.id, step, {
          from: page * pageItems,
          limit: pageItems,
          ...(filter === "all" ? {} : { status: filter }),
        }),
      placeholderData: (before: Awaited<ReturnType<typeof client.listRunItems>> | undefined) => before,
    })),
  });
  const itemAt = (index: number) =>
    pages[Math.floor(index / pageItems) - first]?.data?.items[index % pageItems];
  if (count === 0) return <p className="m-0 text-soft">There are none.</p>;
  return (
    <div ref={box} className="h-[55vh] overflow-auto rounded-md border border-line">
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const item = itemAt(index);
          return (
            <div
              key={index}
              className="absolute inset-x-0"
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              {item !== undefined && <Row item={item} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ item }: { readonly item: StepItemResource }) {
  const { place } = useRunPage();
  return (
    <button
      type="button"
      data-item={item.item}
      className="flex h-full w-full items-center gap-2 border-b border-line px-2 text-left hover:bg-sunken"
      onClick={() => place.go({ step: place.step, item: item.item })}
    >
      <span className="tabular w-12 shrink-0 text-right text-soft">{item.item}</span>
      <StatusMark status={itemStatus(item)} />
      <code className="min-w-0 flex-1 truncate text-soft">{item.entry}</code>
      <span className="shrink-0 truncate text-sm">
        {item.error?.code}
        {item.attempts > 1 && ` · ${item.attempts} attempts`}
      </span>
    </button>
  );
}
