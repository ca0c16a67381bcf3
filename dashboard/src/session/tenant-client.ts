// The client of a tenant: its token renewed by keys in memory, else by the person, over the page and without losing a draft.

import { Client, type TokenSource } from "dispatched/client";
import { createContext, useContext } from "react";
import { loadPart } from "../look/load-part.ts";
import { accountOf, deviceInMemory, waitForRenewal } from "./accounts.ts";

const renewBeforeMs = 60_000;
const renewals = new Map<string, Promise<string | null>>();

/** One renewal of a tenant at a time, however many requests wait for it. */
function renew(tenant: string): Promise<string | null> {
  const running = renewals.get(tenant);
  if (running !== undefined) return running;
  const renewal = renewNow(tenant).finally(() => renewals.delete(tenant));
  renewals.set(tenant, renewal);
  return renewal;
}

async function renewNow(tenant: string): Promise<string | null> {
  const device = deviceInMemory(tenant);
  if (device === null) return waitForRenewal(tenant);
  const { renewSession } = await loadPart(() => import("./perform-sign-in.ts"));
  return renewSession(device).catch(() => waitForRenewal(tenant));
}

function tokenSource(tenant: string): TokenSource {
  return {
    token: async () => {
      const account = accountOf(tenant);
      if (account !== null && Date.now() < account.expiresAt - renewBeforeMs) return account.token;
      return (await renew(tenant)) ?? account?.token ?? "";
    },
    renew: async (refused) => {
      const token = accountOf(tenant)?.token;
      return token !== undefined && token !== refused ? token : renew(tenant);
    },
  };
}

export function tenantClient(tenant: string): Client {
  return new Client(location.origin, tokenSource(tenant), { retries: 2 });
}

export const ClientContext = createContext<Client | null>(null);

/** The current tenant's. Only below the signed-in shell. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("nobody is signed in here");
  return client;
}
