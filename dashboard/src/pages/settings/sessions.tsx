// Sessions: who is signed in, by which way, and the end of one or of all.

import { useQuery } from "@tanstack/react-query";
import type { ListedSessionResource } from "dispatched/client";
import { useState } from "react";
import { announce } from "../../look/announce.tsx";
import { Button } from "../../look/button.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Moment } from "../../look/moment.tsx";
import { useAct } from "../../look/use-act.ts";
import { leave, useAccounts } from "../../session/accounts.ts";
import { useClient } from "../../session/tenant-client.ts";
import { SignInLinkDialog } from "./sign-in-link-dialog.tsx";

function columnsOf(
  end: (session: ListedSessionResource) => Promise<unknown>,
): readonly Column<ListedSessionResource>[] {
  return [
    {
      title: "Session",
      cell: ({ id, current }) => (
        <>
          <code>{id}</code> {current && <strong>this one</strong>}
        </>
      ),
    },
    { title: "Opened by", cell: ({ by }) => (by === "link" ? "a sign-in link" : "the private key") },
    { title: "Opened", roomy: true, cell: ({ created_at }) => <Moment at={created_at} /> },
    { title: "Ends", roomy: true, cell: ({ expires_at }) => <Moment at={expires_at} /> },
    {
      title: "Actions",
      end: true,
      cell: (session) => (
        <Confirmed
          kind="quiet"
          title={session.current ? "Sign out" : "End this session"}
          does={session.current ? "Sign out" : "End it"}
          label={`${session.current ? "Sign out" : "End it"}: ${session.id}`}
          act={() => end(session)}
        >
          {session.current ? "This session ends" : "It ends within seconds, wherever it is"}, and so do the
          sessions that links of it opened. Active runs go on.
        </Confirmed>
      ),
    },
  ];
}

export function Sessions() {
  const client = useClient();
  const { current } = useAccounts();
  const [linking, setLinking] = useState(false);
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: () => client.listSessions() });
  const cameByLink = sessions.data?.sessions.some(({ current: own, by }) => own && by === "link") ?? false;
  const end = useAct((id: string) => client.endSession(id), ["sessions"]);
  const endOne = async (session: ListedSessionResource) => {
    if (session.current) await client.signOut();
    else await end.mutateAsync(session.id);
    if (session.current && current !== null) leave(current);
    else announce("The session has ended");
  };
  const endAll = async () => {
    await client.signOut(true);
    if (current !== null) leave(current);
  };
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <p className="m-0 max-w-2xl text-soft">
          While a session lasts, the server can read what is stored of this tenant.
        </p>
        <Button
          className="ml-auto"
          offBecause={cameByLink ? "this session came of such an address itself" : null}
          onClick={() => setLinking(true)}
        >
          Sign in another browser
        </Button>
        <Confirmed title="Sign out everywhere" does="Sign out everywhere" act={endAll}>
          Every session of this tenant ends, on every machine, within seconds. Active runs go on; what comes
          from then on waits in the inbox, unless a grant lets it start.
        </Confirmed>
      </div>
      {linking && <SignInLinkDialog onClose={() => setLinking(false)} />}
      <Loaded of={sessions}>
        {({ sessions: rows }) => (
          <DataTable caption="Sessions" columns={columnsOf(endOne)} rows={rows} keyOf={({ id }) => id} />
        )}
      </Loaded>
    </>
  );
}
