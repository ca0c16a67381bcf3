// Hooks: addresses that start one workflow each, and what came by them.

import { useInfiniteQuery } from "@tanstack/react-query";
import type { HookResource } from "dispatched/client";
import { Webhook } from "lucide-react";
import { useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { Deliveries } from "./deliveries.tsx";
import { NewHookDialog } from "./new-hook-dialog.tsx";

function columnsOf(
  show: (hook: string) => void,
  revoke: (hook: string) => Promise<unknown>,
): readonly Column<HookResource>[] {
  return [
    { title: "Workflow", cell: ({ workflow }) => workflow },
    { title: "Hook", cell: ({ id }) => <code className="text-sm">{id}</code>, roomy: true },
    {
      title: "Signed",
      cell: ({ verify }) => (verify ? "signatures are checked" : "no: whoever has the address"),
      roomy: true,
    },
    { title: "Waiting", cell: ({ waiting, quota }) => `${waiting} of at most ${quota}`, roomy: true },
    {
      title: "State",
      cell: ({ revoked_at }) =>
        revoked_at === null ? (
          "open"
        ) : (
          <>
            revoked <Moment at={revoked_at} />
          </>
        ),
    },
    {
      title: "Actions",
      end: true,
      cell: ({ id, workflow, revoked_at }) => (
        <span className="inline-flex gap-1">
          <Button kind="quiet" aria-label={`Deliveries of ${workflow}`} onClick={() => show(id)}>
            Deliveries
          </Button>
          <Confirmed
            kind="quiet"
            title="Revoke this hook"
            does="Revoke"
            label={`Revoke ${id}`}
            offBecause={revoked_at === null ? null : "it was revoked"}
            act={() => revoke(id)}
          >
            Its address answers 404 from now on. What waits in the inbox is still started; runs go on.
          </Confirmed>
        </span>
      ),
    },
  ];
}

export function Hooks() {
  const client = useClient();
  const [{ hook }, setSearch] = useTextSearch();
  const [making, setMaking] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["hooks"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.listHooks({ cursor: pageParam }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = data?.pages.flatMap(({ hooks }) => hooks);
  const revoke = useAct((id: string) => client.revokeHook(id), ["hooks"]);
  const columns = columnsOf(
    (id) => setSearch({ hook: id, state: undefined }, false),
    (id) => revoke.mutateAsync(id).then(() => announce("The hook is revoked")),
  );
  return (
    <>
      <div className="mb-3 flex justify-end">
        <Button kind="main" onClick={() => setMaking(true)}>
          New hook
        </Button>
      </div>
      <Loaded of={{ data: rows, error, refetch }}>
        {(hooks) =>
          hooks.length === 0 ? (
            <EmptyState shape={Webhook} title="No hooks yet">
              A hook is an address for senders that cannot sign in, such as GitHub or Stripe. What comes by it
              starts one workflow, and is kept to be looked at and sent anew.
            </EmptyState>
          ) : (
            <DataTable caption="Hooks" columns={columns} rows={hooks} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      {hasNextPage && (
        <Button className="mt-3" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
      {hook !== undefined && <Deliveries hook={hook} />}
      {making && <NewHookDialog onClose={() => setMaking(false)} />}
    </>
  );
}
