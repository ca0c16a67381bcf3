// The tenant that `dispatched dev` made in a home folder, and the session that its agent opened last.

import { readCredentials, type TenantEntry } from "../../src/app/credentials.ts";

export function localSession(home: string): { readonly entry: TenantEntry; readonly token: string } {
  const entry = readCredentials(home).tenants.find(({ data }) => data !== null);
  if (entry?.session == null) throw new Error(`no local tenant is signed in in ${home}`);
  return { entry, token: entry.session.token };
}
