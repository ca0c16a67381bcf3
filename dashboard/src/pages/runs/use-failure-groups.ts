// The groups of failures, live: each change is fetched anew, and nothing moves that somebody may be pointing at.

import { useInfiniteQuery } from "@tanstack/react-query";
import type { Client, FailureGroupResource } from "dispatched/client";
import { useEffect, useRef, useState } from "react";
import { spacedLoads } from "../../look/spaced-loads.ts";
import { whileSeen } from "../../look/while-seen.ts";
import { useClient } from "../../session/tenant-client.ts";
import { placeGroups } from "./place-groups.ts";

/** Between two loads: all pages that are shown are loaded each time. */
const restMs = 1_000;

export type FailureQuery = NonNullable<Parameters<Client["listFailures"]>[0]>;

interface FailureGroupsView {
  readonly groups: readonly FailureGroupResource[] | undefined;
  /** Groups that wait to be shown. */
  readonly fresh: number;
  readonly live: boolean;
  readonly error: unknown;
  readonly again: () => void;
  /** From the top, in the order in which they failed last. */
  readonly order: () => void;
  /** Null when these are all. */
  readonly more: (() => void) | null;
}

export function useFailureGroups(asked: FailureQuery): FailureGroupsView {
  const client = useClient();
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["failures", asked],
    queryFn: ({ pageParam }) =>
      client.listFailures(pageParam === null ? asked : { ...asked, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  const [live, broken] = useChanges(asked, refetch);
  // Fingerprints in the order in which they stand.
  const [standing, setStanding] = useState<readonly string[]>([]);
  const found = data?.pages.flatMap(({ failures }) => failures);
  const placed = found === undefined ? undefined : placeGroups(found, standing);
  if (placed !== undefined && placed.shown.length > standing.length) {
    setStanding(placed.shown.map(({ fingerprint }) => fingerprint));
  }
  return {
    groups: placed?.shown,
    fresh: placed?.fresh ?? 0,
    live,
    error: error ?? broken,
    again: () => void refetch(),
    order: () => setStanding([]),
    more: hasNextPage ? () => void fetchNextPage() : null,
  };
}

/** Calls `load` when the groups have changed, in a storm of failures now and then. */
function useChanges(asked: FailureQuery, load: () => Promise<unknown>): readonly [boolean, unknown] {
  const client = useClient();
  const [live, setLive] = useState(false);
  const [broken, setBroken] = useState<unknown>(null);
  const loading = useRef(load);
  loading.current = load;
  const key = JSON.stringify(asked);
  useEffect(() => {
    const over = new AbortController();
    const hear = spacedLoads(() => loading.current(), restMs, over.signal);
    const changes = (signal: AbortSignal) =>
      client.followFailures(JSON.parse(key), { signal, onBreak: () => setLive(false) });
    const follow = async () => {
      for await (const { type } of whileSeen(changes, over.signal)) {
        if (type === "reset") setLive(true);
        hear();
      }
    };
    follow().catch((error: unknown) => {
      setLive(false);
      setBroken(error);
    });
    return () => over.abort();
  }, [client, key]);
  return [live, broken];
}
