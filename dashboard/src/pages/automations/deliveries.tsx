// What came by a hook: taken and refused, why, and the way to send it once more.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { DeliveryResource } from "dispatched/client";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Button } from "../../look/button.tsx";
import { ChoiceField } from "../../look/choice-field.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { DeliveryDialog } from "./delivery-dialog.tsx";

const states = ["started", "waiting", "rejected", "expired", "refused"];
const choices = [{ value: "", title: "all" }, ...states.map((value) => ({ value, title: value }))];

export function Became({ of: { run, reason, repeated } }: { readonly of: DeliveryResource }) {
  if (run !== null) {
    return (
      <Link to="/runs/$run" params={{ run }} className="text-accent underline">
        {run}
        {repeated && " (was there before)"}
      </Link>
    );
  }
  if (reason === null) return <span className="text-soft">–</span>;
  return (
    <a href={`/docs/errors/${reason}`} className="text-accent underline">
      {reason}
    </a>
  );
}

function columnsOf(show: (id: string) => void): readonly Column<DeliveryResource>[] {
  return [
    { title: "Came", cell: ({ received_at }) => <Moment at={received_at} /> },
    { title: "State", cell: ({ state }) => <StatusMark status={state} /> },
    { title: "Became", cell: (delivery) => <Became of={delivery} />, roomy: true },
    { title: "Kept until", cell: ({ expires_at }) => <Moment at={expires_at} />, roomy: true },
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

export function Deliveries({ hook }: { readonly hook: string }) {
  const client = useClient();
  const [{ state }, setSearch] = useTextSearch();
  const [shown, setShown] = useState<string | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["deliveries", hook, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.listDeliveries(hook, { state, cursor: pageParam, limit: "50" }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = data?.pages.flatMap(({ deliveries }) => deliveries) ?? [];
  return (
    <section aria-label="Deliveries" className="mt-6">
      <div className="flex flex-wrap items-end gap-3">
        <h2 className="m-0 mr-auto text-lg font-semibold">
          Deliveries of <code>{hook}</code>
        </h2>
        <div className="w-40">
          <ChoiceField
            label="State"
            options={choices}
            value={state ?? ""}
            onChange={({ target }) => setSearch({ state: target.value })}
          />
        </div>
        <Button className="mb-3" onClick={() => void refetch()}>
          <RefreshCw size={16} aria-hidden /> Look again
        </Button>
        <Button
          className="mb-3"
          kind="quiet"
          onClick={() => setSearch({ hook: undefined, state: undefined })}
        >
          Close
        </Button>
      </div>
      {error !== null && <ProblemNotice error={error} onAgain={() => void refetch()} />}
      <DataTable caption="Deliveries" columns={columnsOf(setShown)} rows={rows} keyOf={({ id }) => id} />
      {data !== undefined && rows.length === 0 && (
        <p className="text-soft">
          Nothing {state === undefined || state === "" ? "has come" : `is ${state}`} yet.
        </p>
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Older ones</Button>}
      {shown !== null && <DeliveryDialog id={shown} onClose={() => setShown(null)} />}
    </section>
  );
}
