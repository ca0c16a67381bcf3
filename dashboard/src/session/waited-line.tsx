// What waited for this sign-in: one sentence, until it is closed; the next sign-in has its own.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { waitedInWords } from "dispatched/client";
import { LockOpen, X } from "lucide-react";
import { useState } from "react";
import { Moment } from "../look/moment.tsx";
import { useAccounts } from "./accounts.ts";
import { useClient } from "./tenant-client.ts";

/** When the tenant was opened whose sentence was closed: it outlives a reload, and not the tab. */
const key = "dispatched.waited-read";

export function WaitedLine() {
  const client = useClient();
  const [read, setRead] = useState(() => sessionStorage.getItem(key));
  const { accounts, current } = useAccounts();
  const session = accounts.find(({ tenant }) => tenant === current)?.expiresAt;
  // Asked once a session: what waited does not change, and the inbox itself tells how far it has come.
  const { data } = useQuery({
    queryKey: ["session", session],
    queryFn: () => client.showSession(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const waited = data?.waited ?? null;
  if (data === undefined || waited === null) return null;
  const name = `${data.tenant} ${waited.opened_at}`;
  if (read === name) return null;
  const close = () => {
    sessionStorage.setItem(key, name);
    setRead(name);
  };
  return (
    <div
      role="status"
      className="mx-4 mt-3 flex items-start gap-2 rounded-md border border-accent bg-accent-soft px-3 py-2 md:mx-6"
    >
      <LockOpen size={16} aria-hidden className="mt-0.5 shrink-0 text-accent" />
      <p className="m-0 mr-auto">
        Nothing was lost: {waitedInWords(waited)}.
        {waited.oldest_at !== null && (
          <>
            {" "}
            The oldest waited since <Moment at={waited.oldest_at} />.
          </>
        )}{" "}
        {waited.items + waited.waiting > 0 && (
          <Link to="/automations/$part" params={{ part: "inbox" }} className="text-accent underline">
            Open the inbox
          </Link>
        )}
      </p>
      <button
        type="button"
        aria-label="Close what waited"
        className="-my-1 rounded p-1.5 text-soft hover:bg-raised hover:text-ink"
        onClick={close}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
