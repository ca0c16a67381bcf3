// The inbox: what came while nobody was signed in, and what became of it.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ItemResource } from "dispatched/client";
import { Inbox as InboxShape } from "lucide-react";
import { useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Button } from "../../look/button.tsx";
import { ChoiceField } from "../../look/choice-field.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { Dialog } from "../../look/dialog.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { JsonView } from "../../look/json-view.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useClient } from "../../session/tenant-client.ts";

const states = ["waiting", "started", "rejected", "expired"];
const choices = [{ value: "", title: "all" }, ...states.map((value) => ({ value, title: value }))];

function Outcome({ of: { run, reason } }: { readonly of: ItemResource }) {
  if (reason !== null) {
    return (
      <a href={`/docs/errors/${reason}`} className="text-accent underline">
        {reason}
      </a>
    );
  }
  if (run === null) return <span className="text-soft">–</span>;
  return (
    <Link to="/runs/$run" params={{ run }} className="text-accent underline">
      {run}
    </Link>
  );
}

function columnsOf(show: (id: string) => void): readonly Column<ItemResource>[] {
  return [
    { title: "Came", cell: ({ received_at }) => <Moment at={received_at} /> },
    { title: "What", cell: ({ kind }) => kind.replaceAll("_", " ") },
    { title: "For", cell: ({ workflow }) => workflow ?? "–", roomy: true },
    { title: "State", cell: ({ state }) => <StatusMark status={state} /> },
    { title: "Became", cell: (item) => <Outcome of={item} />, roomy: true },
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

function ItemDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const client = useClient();
  const item = useQuery({ queryKey: ["item", id], queryFn: () => client.showItem(id) });
  return (
    <Dialog title={`Item ${id}`} onClose={onClose} wide>
      <Loaded of={item}>
        {({ state, content, settled_at, expires_at }) => (
          <>
            <p className="m-0 flex flex-wrap gap-x-4">
              <StatusMark status={state} />
              {settled_at === null ? (
                <span>
                  waits until <Moment at={expires_at} />
                </span>
              ) : (
                <Moment at={settled_at} />
              )}
            </p>
            {content === null ? (
              <p className="text-soft">What it held is in the run that it became.</p>
            ) : (
              <JsonView value={content} label="what it holds" />
            )}
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

export function Inbox() {
  const client = useClient();
  const [{ state }, setSearch] = useTextSearch();
  const [shown, setShown] = useState<string | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["inbox", state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.listInbox({ state, cursor: pageParam, limit: "50" }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-3">
        <p className="m-0 mb-3 text-soft">
          You are signed in: what waited is started now, in the order in which it came. Nothing is lost.
        </p>
        <div className="w-40">
          <ChoiceField
            label="State"
            options={choices}
            value={state ?? ""}
            onChange={({ target }) => setSearch({ state: target.value })}
          />
        </div>
      </div>
      {error !== null && <ProblemNotice error={error} onAgain={() => void refetch()} />}
      {data !== undefined && rows.length === 0 ? (
        <EmptyState shape={InboxShape} title="The inbox is empty">
          What comes while nobody is signed in, such as webhooks and due times, waits here, sealed to your
          key, for up to 7 days.
        </EmptyState>
      ) : (
        <DataTable caption="Inbox" columns={columnsOf(setShown)} rows={rows} keyOf={({ id }) => id} />
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>More</Button>}
      {shown !== null && <ItemDialog id={shown} onClose={() => setShown(null)} />}
    </>
  );
}
