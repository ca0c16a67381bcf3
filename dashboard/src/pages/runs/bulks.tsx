// Actions on many runs that were begun, the newest first; one that is opened is followed to its end.

import { useInfiniteQuery } from "@tanstack/react-query";
import type { BulkResource } from "dispatched/client";
import { ListChecks } from "lucide-react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Button } from "../../look/button.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { actionWords } from "./bulk-bar.tsx";
import { BulkProgress } from "./bulk-progress.tsx";

const stateWords = { running: "under way", done: "done", aborted: "aborted" } as const;

function columnsOf(show: (id: string) => void): readonly Column<BulkResource>[] {
  return [
    { title: "Begun", cell: ({ created_at }) => <Moment at={created_at} /> },
    { title: "Action", cell: ({ action }) => actionWords[action] },
    { title: "State", cell: ({ state }) => stateWords[state] },
    {
      title: "Runs",
      cell: ({ total, done, refused }) =>
        `${done.toLocaleString("en")} of ${total.toLocaleString("en")}, ${refused.toLocaleString("en")} refused`,
    },
    { title: "Ended", cell: ({ ended_at }) => <Moment at={ended_at} />, roomy: true },
    {
      title: "Actions",
      end: true,
      cell: ({ id }) => (
        <Button kind="quiet" aria-label={`Show ${id}`} onClick={() => show(id)}>
          Show
        </Button>
      ),
    },
  ];
}

export function Bulks() {
  const client = useClient();
  const [{ bulk: shown }, setSearch] = useTextSearch();
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["bulks"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => client.listBulks(pageParam === null ? {} : { cursor: pageParam }),
    getNextPageParam: ({ next }) => next,
  });
  const rows = data?.pages.flatMap(({ bulks }) => bulks);
  const opened = rows?.find(({ id }) => id === shown);
  if (error !== null) return <ProblemNotice error={error} onAgain={() => void refetch()} />;
  if (rows === undefined) return <p className="text-soft">Loading…</p>;
  return (
    <>
      {rows.length === 0 ? (
        <EmptyState shape={ListChecks} title="Nothing was done with many runs yet">
          Take rows of the list, or choose a filter: then all of them can be cancelled, paused, resumed or run
          again at once. What was begun stands here, with what became of each run.
        </EmptyState>
      ) : (
        <DataTable
          caption="Actions on many runs"
          columns={columnsOf((id) => setSearch({ bulk: id }, false))}
          rows={rows}
          keyOf={({ id }) => id}
        />
      )}
      {hasNextPage && (
        <Button className="mt-3" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
      {opened !== undefined && (
        <Dialog
          title={actionWords[opened.action]}
          wide
          onClose={() => {
            setSearch({ bulk: undefined });
            void refetch();
          }}
        >
          <BulkProgress begun={opened} />
        </Dialog>
      )}
    </>
  );
}
