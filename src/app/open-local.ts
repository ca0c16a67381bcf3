// What `dispatched dev` runs: the server, and on it a local tenant that is kept signed in.

import { randomBytes } from "node:crypto";
import { loopbackRanges } from "../outbound/address-guard.ts";
import type { Configuration } from "./configuration.ts";
import { changeCredentials, readCredentials } from "./credentials.ts";
import { hasData } from "./engine-key-check.ts";
import { LocalTenant } from "./local-tenant.ts";
import { type Dispatched, type OpenOptions, openDispatched } from "./open-dispatched.ts";

export interface LocalDispatched extends Dispatched {
  readonly local: LocalTenant;
}

/** Errors: those of `openDispatched`; `invalid_configuration` for data of a version that knew no keys of a tenant's own. */
export async function openLocal(
  configuration: Configuration,
  options: OpenOptions,
): Promise<LocalDispatched> {
  // Before anything is opened: what cannot be signed in to is better left alone.
  readCredentials(configuration.home);
  if (!hasData(configuration.dataFolder)) forgetData(configuration);
  const invite = randomBytes(32).toString("base64url");
  // Services on the same machine are what somebody tries things out with.
  const allowedRanges = [...configuration.allowedRanges, ...loopbackRanges];
  const dispatched = await openDispatched({ ...configuration, allowedRanges }, { ...options, invite });
  try {
    const local = await LocalTenant.open({ ...dispatched, invite }, configuration, options.log);
    const close = () => {
      local.close();
      return dispatched.close();
    };
    return { ...dispatched, local, close };
  } catch (error) {
    await dispatched.close();
    throw error;
  }
}

/** The folder is empty: the tenant whose data were there stays in the file, but has them no more. */
function forgetData({ home, dataFolder }: Configuration): void {
  if (!readCredentials(home).tenants.some(({ data }) => data === dataFolder)) return;
  changeCredentials(home, ({ current, tenants }) => ({
    current,
    tenants: tenants.map((entry) => (entry.data === dataFolder ? { ...entry, data: null } : entry)),
  }));
}
