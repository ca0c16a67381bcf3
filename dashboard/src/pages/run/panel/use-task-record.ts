// What is recorded of a step or item, asked for again when its trail has grown.

import { useQuery } from "@tanstack/react-query";
import type { EventResource } from "dispatched/client";
import { useMemo } from "react";
import { useClient } from "../../../session/tenant-client.ts";
import { useRunPage } from "../use-run-page.ts";
import { attemptsOf, type TaskRecord } from "./attempts-of.ts";
import { type BodyOffer, useWholeEvents } from "./use-whole-events.ts";

const pageEvents = 500;
const pagesMax = 4;

interface TaskReading {
  readonly record: TaskRecord | null;
  readonly error: unknown;
  readonly offer: BodyOffer | null;
  /** How many of its events were read when there may be more; else null. */
  readonly cutAfter: number | null;
}

export function useTaskRecord(step: string, item: number | null): TaskReading {
  const client = useClient();
  const { run, feed } = useRunPage();
  const seen = feed.trail.ofTask(step, item).at(-1)?.seq ?? 0;
  const isList = item === null && run.steps.find(({ id }) => id === step)?.items != null;
  const { data, error } = useQuery({
    queryKey: ["task", run.id, step, item, seen],
    queryFn: async () => {
      const events: EventResource[] = [];
      for (let page = 0; page < pagesMax; page++) {
        const after = events.at(-1)?.seq ?? 0;
        const at = { step, after, limit: pageEvents, ...(item === null ? {} : { item }) };
        const found = await client.listEventsOf(run.id, at);
        events.push(...found.events);
        if (found.events.length < pageEvents) break;
      }
      return events;
    },
    // The log of a strategy is that of all its items: they are asked for one by one.
    enabled: !isList,
    placeholderData: (before, query) =>
      query?.queryKey[2] === step && query.queryKey[3] === item ? before : undefined,
  });
  const { events, offer } = useWholeEvents(data);
  const record = useMemo(() => (events === undefined ? null : attemptsOf(events)), [events]);
  const cutAfter = data !== undefined && data.length >= pageEvents * pagesMax ? data.length : null;
  return { record, error, offer, cutAfter };
}
