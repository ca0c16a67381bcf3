// `dispatched login` and `dispatched logout`: a session by the keys of this machine, and its end.

import { homeOf } from "../../app/configuration.ts";
import { changeTenant, readCredentials, saveTenant, type TenantEntry } from "../../app/credentials.ts";
import { deviceOf } from "../../app/device-of.ts";
import { settingOf } from "../../app/setting-of.ts";
import { StoredSession } from "../../app/stored-session.ts";
import { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import { publicKeyTextOf, readKey } from "../../client/device.ts";
import { generationOf } from "../../client/generation-of.ts";
import { asTenantId } from "../../value/id.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { entryOf } from "../entry-of.ts";
import { exitCode } from "../exit-code.ts";
import { readFile } from "../read-input.ts";
import { requireFile } from "../require-file.ts";
import type { Terminal } from "../terminal.ts";
import { waitedLine } from "../waited-line.ts";
import { type RecoverOptions, recover } from "./recover.ts";
import { urlOf } from "./tenant.ts";

interface LoginOptions extends RecoverOptions {
  readonly recover?: boolean;
  readonly url?: string;
  readonly origin?: string;
  readonly serverKey?: readonly string[];
  readonly apiKeyFile?: string;
  readonly privateKeyFile?: string;
}

/** With key files: stores them as the tenant's credentials here. Without: signs in with those that are here. */
export async function login(terminal: Terminal, options: LoginOptions): Promise<number> {
  requireFile();
  if (options.recover === true) return recover(terminal, options);
  const home = homeOf(process.env);
  const server = serverOf(options);
  const isNew = options.privateKeyFile !== undefined;
  const entry = { ...(isNew ? await newEntry(options, server) : entryOf(home)), ...server };
  const opening = new StoredSession(home, entry, { follows: false });
  // What does not sign in is not stored: a pin that is wrong must not take the place of one that is right.
  const token = await opening.open();
  const expires_at = new Date(opening.expiresAt).toISOString();
  const session = { token, expires_at };
  if (isNew) saveTenant(home, { ...entry, session }, true);
  // The keys stay as the file has them by now: a rotation may have put others there.
  else changeTenant(home, entry.tenant, { ...server, session }, true);
  const { waited } = await new Client(entry.url, token).showSession();
  if (terminal.json) {
    terminal.value(stringifyJson({ tenant: entry.tenant, url: entry.url, expires_at, waited }));
  } else {
    terminal.line(`signed in as ${entry.tenant} at ${entry.url} until ${expires_at}`);
    if (waited !== null) terminal.line(waitedLine(waited));
  }
  return exitCode.completed;
}

type Server = Partial<Pick<TenantEntry, "url" | "origin" | "server_keys">>;

/** What the command line says of the server. */
function serverOf({ url, origin, serverKey }: LoginOptions): Server {
  for (const key of serverKey ?? []) readKey("server", key);
  if (serverKey !== undefined && serverKey.length > 2) {
    throw new CliError(
      "usage",
      "a server has one key, or two while it changes",
      "give --server-key once or twice",
    );
  }
  const at = url === undefined ? {} : { url: urlOf(url), origin: origin ?? urlOf(url) };
  return {
    ...at,
    ...(origin === undefined ? {} : { origin }),
    ...(serverKey === undefined ? {} : { server_keys: serverKey }),
  };
}

async function newEntry(
  { url, apiKeyFile, privateKeyFile, serverKey }: LoginOptions,
  server: Server,
): Promise<TenantEntry> {
  const tenant = asTenantId(settingOf(process.env, "DISPATCHED_TENANT") ?? "");
  if (
    tenant === null ||
    apiKeyFile === undefined ||
    privateKeyFile === undefined ||
    serverKey === undefined
  ) {
    throw new CliError(
      "usage",
      "credentials that are new here need all of --tenant, --api-key-file, --private-key-file and --server-key",
      "the tenant's other device has them: `dispatched status` there shows the server's key",
    );
  }
  const private_key = readFile(privateKeyFile).trim();
  publicKeyTextOf(private_key);
  const at = urlOf(url);
  const entry = {
    tenant,
    url: at,
    origin: at,
    api_key: readFile(apiKeyFile).trim(),
    private_key,
    generation: 1,
    server_keys: serverKey,
    session: null,
    data: null,
  };
  return { ...entry, generation: await generationOf(deviceOf({ ...entry, ...server })) };
}

interface LogoutOptions {
  readonly all?: boolean;
}

/** Ends the session that is stored here; with `--all` every session of the tenant, wherever it was opened. */
export async function logout(terminal: Terminal, { all = false }: LogoutOptions): Promise<number> {
  requireFile();
  const home = homeOf(process.env);
  const entry = entryOf(home);
  const source = new StoredSession(home, entry);
  if (entry.session !== null || all) {
    const token = all ? await source.token() : (entry.session?.token ?? "");
    await new Client(entry.url, token, { retries: 0 }).signOut(all).catch((error) => {
      if (!(error instanceof ClientError) || error.code !== "unauthenticated") throw error;
    });
  }
  changeTenant(home, entry.tenant, { session: null });
  if (terminal.json) terminal.value(stringifyJson({ tenant: entry.tenant, signed_out: true, all }));
  else terminal.line(`signed out of ${entry.tenant}${all ? ", everywhere" : ""}`);
  return exitCode.completed;
}

export async function listTenants(terminal: Terminal): Promise<number> {
  const { current, tenants } = readCredentials(homeOf(process.env));
  for (const { tenant, url, session } of tenants) {
    const isCurrent = tenant === current;
    const until = session?.expires_at ?? null;
    if (terminal.json)
      terminal.value(stringifyJson({ tenant, url, current: isCurrent, session_until: until }));
    else terminal.line(`${isCurrent ? "*" : " "} ${tenant}  ${url}`);
  }
  return exitCode.completed;
}
