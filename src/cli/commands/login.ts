// `dispatched login` and `dispatched logout`: a session by the keys of this machine, and its end.

import {
  changeTenant,
  entryIn,
  readCredentials,
  saveTenant,
  type TenantEntry,
} from "../../app/credentials.ts";
import { deviceOf } from "../../app/device-of.ts";
import { homeOf } from "../../app/home-of.ts";
import { settingOf } from "../../app/setting-of.ts";
import { StoredSession } from "../../app/stored-session.ts";
import { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import { publicKeyTextOf } from "../../client/device.ts";
import { generationOf } from "../../client/generation-of.ts";
import { asTenantId } from "../../value/id.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { entryOf } from "../entry-of.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import { readFile } from "../read-input.ts";
import { requireFile } from "../require-file.ts";
import { type ServerGiven, serverGiven } from "../server-given.ts";
import type { Terminal } from "../terminal.ts";
import { urlOf } from "../url-of.ts";
import { variablesInPlace } from "../variables-in-place.ts";
import { waitedLine } from "../waited-line.ts";
import { type RecoverOptions, recover } from "./recover.ts";

interface LoginOptions extends RecoverOptions {
  readonly recover?: boolean;
  readonly privateKeyFile?: string;
}

/**
 * With a private key: stores it as the tenant's here, with what else is given. With an API key alone: puts it in the place of the one
 * that is here. Without: signs in with what is here.
 */
export async function login(terminal: Terminal, options: LoginOptions): Promise<number> {
  requireFile();
  refuseUnused(options);
  if (options.recover === true) return recover(terminal, options);
  const home = homeOf(process.env);
  const { entry, changes } = await entryGiven(home, options);
  const opening = new StoredSession(home, entry, { follows: false });
  // What does not sign in is not stored: a pin that is wrong must not take the place of one that is right.
  const token = await opening.open().catch((error: unknown) => {
    throw options.privateKeyFile === undefined ? error : acceptableBy(options.privateKeyFile, error);
  });
  const expires_at = new Date(opening.expiresAt).toISOString();
  const session = { token, expires_at };
  const isKnown = entryIn(home, entry.tenant) !== null;
  // What else the file has of it by now stays: the audit log's head, keys that a rotation has put there.
  if (isKnown) changeTenant(home, entry.tenant, { ...changes, session }, true);
  else saveTenant(home, { ...entry, session, audit_head: opening.auditHead }, true);
  const { waited } = await new Client(entry.url, token).showSession();
  if (terminal.json) {
    terminal.value(stringifyJson({ tenant: entry.tenant, url: entry.url, expires_at, waited }));
  } else {
    terminal.line(`signed in as ${entry.tenant} at ${entry.url} until ${expires_at}`);
    if (waited !== null) terminal.line(waitedLine(waited));
  }
  return exitCode.completed;
}

/** Where a backup of before a rotation was put back, it is this key that the log is accepted by. */
function acceptableBy(file: string, error: unknown): unknown {
  if (!(error instanceof ClientError) || error.code !== "server_rolled_back") return error;
  const hint = `if its operator put a backup back: \`dispatched audit verify --accept --private-key-file ${file}\`; else somebody did`;
  return new CliError("server_rolled_back", error.message, hint);
}

function refuseUnused({ recover, recoveryKeyFile, privateKeyFile }: LoginOptions): void {
  if (recover !== true && recoveryKeyFile !== undefined) {
    const hint = "add --recover: a new private key then takes the place of the lost one";
    throw new CliError("usage", "--recovery-key-file goes with --recover", hint);
  }
  if (recover === true && privateKeyFile !== undefined) {
    const hint = "leave out one of them";
    throw new CliError("usage", "--recover makes a new private key: none can be given with it", hint);
  }
}

/** By what it signs in, and what of that is new to the file. */
async function entryGiven(
  home: string,
  options: LoginOptions,
): Promise<{ readonly entry: TenantEntry; readonly changes: Partial<TenantEntry> }> {
  const server = serverGiven(options);
  if (options.privateKeyFile !== undefined) {
    const entry = await newEntry(options, server);
    // A key that a rotation has kept stays, unless that is the one.
    const isNext = entryIn(home, entry.tenant)?.next_private_key === entry.private_key;
    return { entry, changes: { ...entry, ...(isNext ? { next_private_key: undefined } : {}) } };
  }
  const { apiKeyFile } = options;
  const changes = {
    ...server,
    ...(apiKeyFile === undefined ? {} : { api_key: readFile(apiKeyFile).trim() }),
  };
  return { entry: { ...knownEntry(home, server.url), ...changes }, changes };
}

/** What is not given is as the file has it, where it has the tenant: after a rotation elsewhere the new private key is enough. */
async function newEntry(
  { url, apiKeyFile, privateKeyFile, serverKey }: LoginOptions,
  server: ServerGiven,
): Promise<TenantEntry> {
  const home = homeOf(process.env);
  const named = settingOf(process.env, "DISPATCHED_TENANT");
  // An API key is one tenant's: of which, is not guessed.
  const current = apiKeyFile === undefined ? readCredentials(home).current : null;
  const tenant = asTenantId(named ?? current ?? "");
  const known = tenant === null ? null : entryIn(home, tenant);
  const api_key = apiKeyFile === undefined ? known?.api_key : readFile(apiKeyFile).trim();
  const server_keys = serverKey ?? known?.server_keys;
  if (tenant === null || api_key === undefined || privateKeyFile === undefined || server_keys === undefined) {
    throw new CliError(
      "usage",
      "credentials that are new here need all of --tenant, --url, --server-key, --api-key-file and --private-key-file",
      "the tenant's other device has them: `dispatched status` there shows the first three, its credentials.json all",
    );
  }
  const private_key = readFile(privateKeyFile).trim();
  publicKeyTextOf(private_key);
  const at = urlOf(url ?? settingOf(process.env, "DISPATCHED_URL") ?? known?.url);
  const entry = {
    tenant,
    url: at,
    origin: known?.url === at ? known.origin : at,
    api_key,
    private_key,
    generation: 1,
    server_keys,
    session: null,
    data: known?.data ?? null,
    ...server,
  };
  return { ...entry, generation: await generationOf(deviceOf(entry)) };
}

/** Errors: as of `entryOf`, with what a machine needs that is new to a tenant. */
function knownEntry(home: string, url: string | undefined): TenantEntry {
  try {
    return entryOf(home, url);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== "unauthenticated") throw error;
    const elsewhere =
      "a tenant of another device is signed in here by all of --tenant, --url, --server-key, --api-key-file and --private-key-file, as its credentials.json has them";
    const isEmpty = readCredentials(home).tenants.length === 0;
    const more = isEmpty ? "`dispatched init --url URL` makes a new tenant" : error.hint;
    throw new CliError(error.code, error.message, `${elsewhere}; ${more}`);
  }
}

interface LogoutOptions {
  readonly all?: boolean;
}

/** Ends the session that is stored here, or is in a variable; with `--all` every session of the tenant, wherever it was opened. */
export async function logout(terminal: Terminal, { all = false }: LogoutOptions): Promise<number> {
  const [variable] = variablesInPlace(process.env);
  if (variable === "DISPATCHED_TOKEN" || (variable !== undefined && all))
    return logoutByVariables(terminal, all);
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
  return tellSignedOut(terminal, entry.tenant, all);
}

/** The file stays as it is. */
async function logoutByVariables(terminal: Terminal, all: boolean): Promise<number> {
  const { client } = openConnection();
  const { tenant } = await client.showSession();
  await client.signOut(all);
  return tellSignedOut(terminal, tenant, all);
}

function tellSignedOut(terminal: Terminal, tenant: string, all: boolean): number {
  if (terminal.json) terminal.value(stringifyJson({ tenant, signed_out: true, all }));
  else terminal.line(`signed out of ${tenant}${all ? ", everywhere" : ""}`);
  return exitCode.completed;
}

export async function listTenants(terminal: Terminal): Promise<number> {
  const { current, tenants } = readCredentials(homeOf(process.env));
  if (tenants.length === 0 && !terminal.json)
    terminal.line(
      "no tenants; `dispatched dev` makes a local one, `dispatched init --url URL` one on a server",
    );
  for (const { tenant, url, session } of tenants) {
    const isCurrent = tenant === current;
    const until = session?.expires_at ?? null;
    if (terminal.json)
      terminal.value(stringifyJson({ tenant, url, current: isCurrent, session_until: until }));
    else terminal.line(`${isCurrent ? "*" : " "} ${tenant}  ${url}`);
  }
  return exitCode.completed;
}
