// Events with their large bodies, when the reader wants them.

import { useQuery } from "@tanstack/react-query";
import type { EventResource } from "dispatched/client";
import { useMemo } from "react";
import { useClient } from "../../../session/tenant-client.ts";
import { useRunPage } from "../use-run-page.ts";
import { type Bodies, bodiesIn, loadBodies, wholeEvents } from "./whole-events.ts";

/** Large bodies that are not shown yet. */
export interface BodyOffer {
  readonly count: number;
  readonly bytes: number;
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly load: () => void;
}

const none: Bodies = new Map();
const nothing: readonly EventResource[] = [];

export function useWholeEvents(events: readonly EventResource[] | undefined): {
  readonly events: readonly EventResource[] | undefined;
  /** Null when all is there. */
  readonly offer: BodyOffer | null;
} {
  const client = useClient();
  const { run } = useRunPage();
  const wanted = useMemo(() => bodiesIn(events ?? nothing), [events]);
  // What was recorded never changes.
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["bodies", run.id, ...wanted.map(({ body }) => body)],
    queryFn: () => loadBodies(client, run.id, wanted),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const whole = useMemo(() => events && wholeEvents(events, data ?? none), [events, data]);
  if (wanted.length === 0 || data !== undefined) return { events: whole, offer: null };
  const bytes = wanted.reduce((sum, one) => sum + one.bytes, 0);
  const load = () => void refetch();
  return { events: whole, offer: { count: wanted.length, bytes, isLoading: isFetching, error, load } };
}
