// Tenants and sessions of the simulated disk: as slow, refusing and silent as the rest of it.

import type { AccountStore } from "../../ports/account-store.ts";
import type { SimDisk } from "./sim-inbox.ts";

export function simAccounts(inner: AccountStore, { read, write }: SimDisk): AccountStore {
  return {
    createTenant: (row, audit) => write("createTenant", () => inner.createTenant(row, audit)),
    readTenant: (tenant) => read("readTenant", () => inner.readTenant(tenant)),
    readTenantByKey: (apiKey) => read("readTenantByKey", () => inner.readTenantByKey(apiKey)),
    useHandshake: (tenant, use) => write("useHandshake", () => inner.useHandshake(tenant, use)),
    readSessions: (tokens) => read("readSessions", () => inner.readSessions(tokens)),
    listSessions: (tenant) => read("listSessions", () => inner.listSessions(tenant)),
    linkSession: (row, uses, audit) => write("linkSession", () => inner.linkSession(row, uses, audit)),
    endSessions: (tenant, token, audit) =>
      write("endSessions", () => inner.endSessions(tenant, token, audit)),
    dropEndedSessions: (beforeMs) => write("dropEndedSessions", () => inner.dropEndedSessions(beforeMs)),
  };
}
