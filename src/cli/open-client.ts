// The client of a command: from `DISPATCHED_*` variables, or from the credentials file of this machine.

import { homeOf } from "../app/configuration.ts";
import { readCredentials, type TenantEntry } from "../app/credentials.ts";
import { StoredSession } from "../app/stored-session.ts";
import { Client } from "../client/client.ts";
import { Session, type TokenSource } from "../client/session.ts";
import { CliError } from "./cli-error.ts";

export interface Connection {
  readonly client: Client;
  readonly url: string;
  /** Of the tenant; null when only a token is known. */
  readonly tenant: string | null;
  /** `dsrv1_…`, by which the server is known. */
  readonly serverKeys: readonly string[];
  /** The token of a session that lasts: opened when there is none. */
  token(): Promise<string>;
  /** Signs in anew where the keys are here, so that the session has its whole life before it. */
  renew(): Promise<void>;
}

/** `DISPATCHED_TOKEN`, else the variables of a device, else the entry of `--tenant` or the current one. */
export function openConnection(): Connection {
  const { env } = process;
  const token = env["DISPATCHED_TOKEN"];
  if (token !== undefined && token !== "") return byToken(token);
  if (env["DISPATCHED_PRIVATE_KEY"] !== undefined) return byVariables(env);
  const home = homeOf(env);
  const entry = entryOf(home);
  const session = new StoredSession(home, entry);
  const opened = connection(entry.url, session, entry.tenant, entry.server_keys);
  return { ...opened, renew: async () => void (await session.open()) };
}

/** The entry of `--tenant`, or the one that is current. Errors: `unauthenticated`. */
export function entryOf(home: string): TenantEntry {
  const { current, tenants } = readCredentials(home);
  const wanted = process.env["DISPATCHED_TENANT"] ?? current;
  const entry = tenants.find(({ tenant }) => tenant === wanted);
  if (entry !== undefined) return entry;
  const message =
    tenants.length === 0
      ? `there are no credentials in ${home}`
      : `there are no credentials of ${wanted} in ${home}, but of ${tenants.map(({ tenant }) => tenant).join(", ")}`;
  throw new CliError(
    "unauthenticated",
    message,
    "`dispatched dev` makes a local tenant, `dispatched init --url URL` one on a server",
  );
}

function byToken(token: string): Connection {
  const url = process.env["DISPATCHED_URL"] ?? entryOf(homeOf(process.env)).url;
  return {
    client: new Client(url, token, { retries: 0 }),
    url,
    tenant: null,
    serverKeys: [],
    token: () => Promise.resolve(token),
    renew: () => Promise.resolve(),
  };
}

function byVariables(env: NodeJS.ProcessEnv): Connection {
  const of = (name: string): string => {
    const value = env[name];
    if (value !== undefined && value !== "") return value;
    throw new CliError(
      "unauthenticated",
      `${name} is not set`,
      "with DISPATCHED_PRIVATE_KEY go DISPATCHED_URL, DISPATCHED_TENANT, DISPATCHED_API_KEY and DISPATCHED_SERVER_KEY",
    );
  };
  const url = of("DISPATCHED_URL");
  const origin = env["DISPATCHED_ORIGIN"];
  const device = {
    url,
    tenant: of("DISPATCHED_TENANT"),
    apiKey: of("DISPATCHED_API_KEY"),
    privateKey: of("DISPATCHED_PRIVATE_KEY"),
    serverKeys: of("DISPATCHED_SERVER_KEY").split(","),
    ...(origin === undefined ? {} : { origin }),
  };
  return connection(url, new Session(device), device.tenant, device.serverKeys);
}

/** Who types a command is told at once that nothing answers. */
function connection(
  url: string,
  source: TokenSource,
  tenant: string,
  serverKeys: readonly string[],
): Connection {
  const client = new Client(url, source, { retries: 0 });
  return { client, url, tenant, serverKeys, token: () => source.token(), renew: () => Promise.resolve() };
}
