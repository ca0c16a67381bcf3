// Grants: what may start while nobody is signed in, and what each lets the server open, said in words.

import { useInfiniteQuery } from "@tanstack/react-query";
import type { GrantResource } from "dispatched/client";
import { LockOpen } from "lucide-react";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { GrantAgain } from "./grant-again.tsx";
import { grantInWords } from "./grant-in-words.ts";
import { NewGrantDialog } from "./new-grant-dialog.tsx";

interface GrantProps {
  readonly grant: GrantResource;
  /** It has ended, and no other grant of its workflow has taken its place. */
  readonly missed: boolean;
  readonly revoke: (id: string) => Promise<unknown>;
}

function Grant({ grant, missed, revoke }: GrantProps) {
  const [again, setAgain] = useState(false);
  return (
    <li className="flex flex-wrap items-start gap-3 border-b border-line py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="m-0 font-semibold">
          {grant.workflow} <span className="font-normal text-soft">v{grant.version}</span>
        </p>
        <p className="m-0">{grantInWords(grant)}</p>
        <p className="m-0 text-sm text-soft">
          {grant.ended_at === null ? (
            <>
              until <Moment at={grant.expires_at} />, or a new version of the workflow
            </>
          ) : (
            <>
              ended <Moment at={grant.ended_at} />: {grant.end}
            </>
          )}
        </p>
      </div>
      {grant.ended_at === null && (
        <Confirmed
          kind="quiet"
          title="Revoke this grant"
          does="Revoke"
          label={`Revoke the grant of ${grant.workflow}`}
          act={() => revoke(grant.id)}
        >
          What it let start waits in the inbox from now on, until somebody signs in. Runs that it started go
          on.
        </Confirmed>
      )}
      {missed && (
        <Button aria-label={`Grant again: ${grant.workflow}`} onClick={() => setAgain(true)}>
          Grant again
        </Button>
      )}
      {again && <GrantAgain grant={grant} onClose={() => setAgain(false)} onDone={() => setAgain(false)} />}
    </li>
  );
}

/** The newest of its workflow, which is still there: what is newer stands before it in the rows. */
function isMissed(grant: GrantResource, rows: readonly GrantResource[]): boolean {
  if (grant.ended_at === null || grant.end === "deleted") return false;
  return !rows.some(
    ({ id, workflow, created_at }) =>
      id !== grant.id && workflow === grant.workflow && created_at >= grant.created_at,
  );
}

export function Grants() {
  const client = useClient();
  const [making, setMaking] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["grants"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.listGrants({ cursor: pageParam }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = data?.pages.flatMap(({ grants }) => grants);
  const revoke = useAct((id: string) => client.revokeGrant(id), ["grants"]);
  const end = (id: string) => revoke.mutateAsync(id).then(() => announce("The grant has ended"));
  return (
    <>
      <div className="mb-3 flex justify-end">
        <Button kind="main" onClick={() => setMaking(true)}>
          New grant
        </Button>
      </div>
      <Loaded of={{ data: rows, error, refetch }}>
        {(grants) =>
          grants.length === 0 ? (
            <EmptyState shape={LockOpen} title="Nothing starts unattended">
              While nobody is signed in, the server cannot open your workflows, and what comes waits in the
              inbox. A grant lets one version of a workflow start by itself, and says which hosts it may call.
            </EmptyState>
          ) : (
            <ul className="m-0 list-none p-0" aria-label="Grants">
              {grants.map((grant) => (
                <Grant key={grant.id} grant={grant} missed={isMissed(grant, grants)} revoke={end} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {hasNextPage && (
        <Button className="mt-3" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
      {making && <NewGrantDialog onClose={() => setMaking(false)} />}
    </>
  );
}
