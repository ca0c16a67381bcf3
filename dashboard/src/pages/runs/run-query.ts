// The filters of the runs as they stand in the address, and as the engine is asked.

import type { BulkFilter } from "dispatched/client";

export type RunQuery = BulkFilter;
type Doing = NonNullable<RunQuery["doing"]>[number];
type Status = NonNullable<RunQuery["status"]>[number];

/** Names in the address; all others on this page are not filters. */
export const filterNames = [
  "workflow",
  "status",
  "doing",
  "label",
  "fingerprint",
  "since",
  "from",
  "to",
] as const;
export type FilterName = (typeof filterNames)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

export const doings: readonly (readonly [Doing, string])[] = [
  ["retrying", "retrying"],
  ["signal", "waiting for a signal"],
  ["event", "waiting for an event"],
  ["callback", "waiting for a callback"],
  ["timer", "sleeping"],
  ["poll", "polling"],
  ["overdue", "overdue"],
];

/** Lengths before now, by what stands in the address. */
export const sinces: readonly (readonly [string, string, number])[] = [
  ["1h", "last hour", 3_600_000],
  ["24h", "last 24 hours", 86_400_000],
  ["7d", "last 7 days", 7 * 86_400_000],
  ["30d", "last 30 days", 30 * 86_400_000],
];

export function filtersOf(search: Readonly<Record<string, string | undefined>>): Filters {
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = search[name]?.trim() ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
}

export function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? "").split(",").filter((word) => word !== "");
}

/**
 * As the engine takes it. What an address says wrongly is sent as it is, so that the engine's own words tell what is wrong.
 *
 * @param now from which `since` counts (milliseconds since 1970)
 */
export function queryOf({ since, status, doing, ...others }: Filters, now: number): RunQuery {
  const length = sinces.find(([name]) => name === since)?.[2];
  return {
    ...(length === undefined ? {} : { from: new Date(now - length).toISOString() }),
    ...others,
    ...(status === undefined ? {} : { status: wordsOf(status) as readonly Status[] }),
    ...(doing === undefined ? {} : { doing: wordsOf(doing) as readonly Doing[] }),
  };
}
