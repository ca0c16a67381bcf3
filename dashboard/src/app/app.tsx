// The whole: who is signed in decides what there is. Signed out, no page is made at all.

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { Announcements, hush } from "../look/announce.tsx";
import { useAccounts } from "../session/accounts.ts";
import { enterByLink } from "../session/enter-by-link.ts";
import { RenewalOverlay } from "../session/renewal-overlay.tsx";
import { shareSessions } from "../session/share-sessions.ts";
import { SignInPage } from "../session/sign-in-page.tsx";
import { ClientContext, tenantClient } from "../session/tenant-client.ts";
import { makeQueryClient } from "./query-client.ts";
import { makeRouter } from "./router.tsx";
import { useShownTenant } from "./use-shown-tenant.ts";

export function App() {
  const { accounts, current, renewing } = useAccounts();
  const [ready, setReady] = useState(false);
  // Whoever an address lets in, and whoever was here before, is settled first: that address is the one that was asked for.
  const shown = useShownTenant(ready ? current : null);
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
      {shown === null && <SignInPage note={note} />}
      {shown !== null && shown !== "nobody" && <SignedIn key={shown} tenant={shown} />}
      {renewing !== null && accounts.some(({ tenant }) => tenant === renewing) && (
        <RenewalOverlay tenant={renewing} />
      )}
      <Announcements />
    </>
  );
}

/** Client, cache and router are of one tenant, and end with the switch to another: nothing of one is ever shown to the other. */
function SignedIn({ tenant }: { readonly tenant: string }) {
  const client = useMemo(() => tenantClient(tenant), [tenant]);
  const router = useMemo(() => makeRouter(), []);
  const queries = useMemo(() => makeQueryClient(tenant), [tenant]);
  useEffect(
    () => () => {
      queries.clear();
      hush();
    },
    [queries],
  );
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ClientContext>
  );
}
