// The whole: who is signed in decides what there is. Signed out, no page is made at all.

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { Announcements } from "../look/announce.tsx";
import { useAccounts } from "../session/accounts.ts";
import { enterByLink } from "../session/enter-by-link.ts";
import { RenewalOverlay } from "../session/renewal-overlay.tsx";
import { shareSessions } from "../session/share-sessions.ts";
import { SignInPage } from "../session/sign-in-page.tsx";
import { ClientContext, tenantClient } from "../session/tenant-client.ts";
import { makeQueryClient } from "./query-client.ts";
import { router } from "./router.tsx";

export function App() {
  const { accounts, current, renewing } = useAccounts();
  const [ready, setReady] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  useEffect(() => {
    void enterByLink()
      .catch((error: unknown) => setNote(error instanceof Error ? error.message : String(error)))
      .then(() => shareSessions())
      .then(() => setReady(true));
  }, []);
  if (!ready) return null;
  return (
    <>
      {current === null ? <SignInPage note={note} /> : <SignedIn key={current} tenant={current} />}
      {renewing !== null && accounts.some(({ tenant }) => tenant === renewing) && (
        <RenewalOverlay tenant={renewing} />
      )}
      <Announcements />
    </>
  );
}

/** Client and cache are of one tenant, and end with the switch to another: nothing of one is ever shown to the other. */
function SignedIn({ tenant }: { readonly tenant: string }) {
  const client = useMemo(() => tenantClient(tenant), [tenant]);
  const queries = useMemo(() => makeQueryClient(tenant), [tenant]);
  useEffect(() => () => queries.clear(), [queries]);
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ClientContext>
  );
}
