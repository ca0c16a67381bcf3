// The client of a command: from `DISPATCHED_*` variables, or from the credentials file of this machine.

import { homeOf } from "../app/home-of.ts";
import { settingOf } from "../app/setting-of.ts";
import { StoredSession } from "../app/stored-session.ts";
import { Client } from "../client/client.ts";
import { Session, type TokenSource } from "../client/session.ts";
import { deviceOfVariables } from "./device-of-variables.ts";
import { entryOf } from "./entry-of.ts";
import { urlOf } from "./url-of.ts";

export interface Connection {
  readonly client: Client;
  readonly url: string;
  /** Of the tenant; null when only a token is known. */
  readonly tenant: string | null;
  /** `dsrv1_…`, by which the server is known. */
  readonly serverKeys: readonly string[];
  /** The token of a session that is there already, and may have been ended elsewhere; null for none. */
  readonly present: string | null;
  /** The token of a session that lasts: opened when there is none. */
  token(): Promise<string>;
  /** Signs in anew where the keys are here, so that the session has its whole life before it. */
  renew(): Promise<void>;
}

/** `DISPATCHED_TOKEN`, else the variables of a device, else the entry of `--tenant` or the current one. */
export function openConnection(): Connection {
  const { env } = process;
  const token = settingOf(env, "DISPATCHED_TOKEN");
  if (token !== undefined) return byToken(token);
  const device = deviceOfVariables(env);
  if (device !== null) return connection(device.url, new Session(device), device.tenant, device.serverKeys);
  const home = homeOf(env);
  const entry = entryOf(home);
  const session = new StoredSession(home, entry);
  const opened = connection(entry.url, session, entry.tenant, entry.server_keys);
  return { ...opened, present: session.present, renew: async () => void (await session.open()) };
}

function byToken(token: string): Connection {
  const given = settingOf(process.env, "DISPATCHED_URL");
  const url = given === undefined ? entryOf(homeOf(process.env)).url : urlOf(given);
  return {
    client: new Client(url, token, { retries: 0 }),
    url,
    tenant: null,
    serverKeys: [],
    present: token,
    token: () => Promise.resolve(token),
    renew: () => Promise.resolve(),
  };
}

/** Who types a command is told at once that nothing answers. */
function connection(
  url: string,
  source: TokenSource,
  tenant: string,
  serverKeys: readonly string[],
): Connection {
  const client = new Client(url, source, { retries: 0 });
  return {
    client,
    url,
    tenant,
    serverKeys,
    present: null,
    token: () => source.token(),
    renew: () => Promise.resolve(),
  };
}
