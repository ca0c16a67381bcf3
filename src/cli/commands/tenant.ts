// `dispatched tenant create` and `dispatched init`: a tenant on a server, with its credentials on this machine.

import { changeCredentials, saveTenant, type TenantEntry } from "../../app/credentials.ts";
import { homeOf } from "../../app/home-of.ts";
import { settingOf } from "../../app/setting-of.ts";
import { StoredSession } from "../../app/stored-session.ts";
import { ClientError } from "../../client/client-error.ts";
import { generateKeyPair, publicKeyTextOf } from "../../client/device.ts";
import { createTenant } from "../../client/tenants.ts";
import type { TenantId } from "../../value/id.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { currentTenant, tellCurrent } from "../current-tenant.ts";
import { exitCode } from "../exit-code.ts";
import { readFile } from "../read-input.ts";
import { requireServerKeys } from "../server-given.ts";
import type { Terminal } from "../terminal.ts";
import { urlOf } from "../url-of.ts";
import { withHint } from "../with-hint.ts";

interface CreateOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly invite?: string;
  readonly serverKey?: readonly string[];
}

/** Registers a public key; the credentials are stored, and become the current ones. */
export async function createTenantCommand(terminal: Terminal, options: CreateOptions): Promise<number> {
  const before = currentTenant();
  const entry = await register(options);
  tell(terminal, entry);
  tellCurrent(terminal, before, entry.tenant);
  return exitCode.completed;
}

/** The same, and signs in. */
export async function init(terminal: Terminal, options: CreateOptions): Promise<number> {
  const before = currentTenant();
  const entry = await register(options);
  await new StoredSession(homeOf(process.env), entry).open();
  tell(terminal, entry);
  tellCurrent(terminal, before, entry.tenant);
  return exitCode.completed;
}

async function register(options: CreateOptions): Promise<TenantEntry> {
  const { serverKey: expected, invite = settingOf(process.env, "DISPATCHED_INVITE") } = options;
  const url = urlOf(options.url);
  // What is registered with a pin that is none could never sign in, and a key that cannot be stored would be lost.
  requireServerKeys(expected);
  changeCredentials(homeOf(process.env), (before) => before);
  const privateKey =
    options.keyFile === undefined ? generateKeyPair().privateKey : readFile(options.keyFile).trim();
  const made = await createTenant(url, { publicKey: publicKeyTextOf(privateKey), invite }).catch(
    (error: unknown) => {
      throw ofInvitation(error, invite !== undefined);
    },
  );
  const entry: TenantEntry = {
    tenant: made.tenant as TenantId,
    url,
    origin: made.origin,
    api_key: made.api_key,
    private_key: privateKey,
    generation: made.generation,
    server_keys: expected ?? made.server_keys,
    session: null,
    data: null,
  };
  saveTenant(homeOf(process.env), entry, true);
  return entry;
}

/** A server that wants an invitation says the same of none and of another. */
function ofInvitation(error: unknown, isGiven: boolean): unknown {
  if (!(error instanceof ClientError) || !/invitation/.test(error.message)) return error;
  const hint = isGiven ? "the invitation that was given is another: ask" : "--invite TEXT gives it: ask";
  return withHint(error, `${hint} the operator of the server`);
}

/** What is not told again, and what is to be compared with what the operator says. */
function tell(terminal: Terminal, entry: TenantEntry): void {
  const { tenant, url, api_key, server_keys } = entry;
  if (terminal.json) {
    terminal.value(stringifyJson({ tenant, url, api_key, server_keys }));
    return;
  }
  terminal.line(`tenant   ${tenant}`);
  terminal.line(`API key  ${api_key}`);
  for (const key of server_keys) terminal.line(`server   ${key}`);
  terminal.line();
  terminal.line("The private key is in the credentials file of this machine, and nowhere else: back it up.");
  terminal.line("Compare the server's key with what its operator says; `dispatched serve` prints it.");
}
