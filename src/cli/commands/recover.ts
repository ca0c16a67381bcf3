// `dispatched login --recover`: a new private key in the place of a lost one, by the recovery sheet.

import { changeTenant, entryIn, saveTenant, type TenantEntry } from "../../app/credentials.ts";
import { deviceOf } from "../../app/device-of.ts";
import { homeOf } from "../../app/home-of.ts";
import { settingOf } from "../../app/setting-of.ts";
import { ClientError } from "../../client/client-error.ts";
import { readKey } from "../../client/device.ts";
import { generationOf } from "../../client/generation-of.ts";
import { nextPrivateKey } from "../../client/rotate-key.ts";
import { asTenantId } from "../../value/id.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { entryOf } from "../entry-of.ts";
import { exitCode } from "../exit-code.ts";
import { readFile, readHidden } from "../read-input.ts";
import { type ServerOptions, serverGiven } from "../server-given.ts";
import type { Terminal } from "../terminal.ts";
import { urlOf } from "../url-of.ts";
import { withHint } from "../with-hint.ts";
import { replaceKey } from "./key-change.ts";

export interface RecoverOptions extends ServerOptions {
  readonly apiKeyFile?: string;
  readonly recoveryKeyFile?: string;
}

export async function recover(terminal: Terminal, options: RecoverOptions): Promise<number> {
  const home = homeOf(process.env);
  const recoveryKey = (await readRecoveryKey(options)).trim();
  // Mistyped keys are told from wrong ones before anything is asked.
  readKey("recovery", recoveryKey).fill(0);
  const server = serverGiven(options);
  const isGiven = options.apiKeyFile !== undefined;
  const entry = { ...(isGiven ? newEntry(options) : entryOf(home, server.url)), ...server };
  const generation = await generationOf(deviceOf(entry)).catch(tellWhatMayDiffer);
  const before: TenantEntry = { ...entry, generation };
  // What is known of the tenant here stays until the sheet has proved right.
  if (entryIn(home, entry.tenant) === null) saveTenant(home, before, true);
  const now = await replaceKey(home, before, { recoveryKey }).catch(tellWhatMayDiffer);
  const { url, origin, api_key, server_keys } = entry;
  changeTenant(home, entry.tenant, { url, origin, api_key, server_keys }, true);
  if (terminal.json) terminal.value(stringifyJson({ tenant: entry.tenant, generation: now }));
  else {
    terminal.line(`${entry.tenant} has another private key now, on this machine: generation ${now}`);
    terminal.line("The sheet works on. If the lost key may be in other hands: docs/reference/keys.md");
  }
  return exitCode.completed;
}

/** All that is on the sheet may be right as it was, and the handshake is refused without a word of what is not. */
function tellWhatMayDiffer(error: unknown): never {
  if (!(error instanceof ClientError) || error.code !== "handshake_refused") throw error;
  const more =
    "with a sheet: --origin is the sheet's `origin`, and the API key is the one that counts now, if it was replaced since";
  throw withHint(error, more);
}

function readRecoveryKey({ recoveryKeyFile }: RecoverOptions): Promise<string> | string {
  if (recoveryKeyFile !== undefined) return readFile(recoveryKeyFile);
  if (process.stdin.isTTY === true) return readHidden("recovery key: ");
  return readFile("-");
}

/** On a machine that knows nothing of the tenant: what else is on the sheet. */
function newEntry({ url, serverKey, apiKeyFile }: RecoverOptions): TenantEntry {
  const tenant = asTenantId(settingOf(process.env, "DISPATCHED_TENANT") ?? "");
  if (tenant === null || serverKey === undefined || apiKeyFile === undefined) {
    throw new CliError(
      "usage",
      "credentials that are new here need all of --tenant, --api-key-file and --server-key",
      "they are on the recovery sheet",
    );
  }
  const known = entryIn(homeOf(process.env), tenant);
  const at = urlOf(url);
  return {
    tenant,
    url: at,
    origin: at,
    api_key: readFile(apiKeyFile).trim(),
    // It is never used: the recovery key signs in, and another takes its place.
    private_key: known?.private_key ?? nextPrivateKey(),
    next_private_key: known?.next_private_key,
    generation: 1,
    server_keys: serverKey,
    session: null,
    data: known?.data ?? null,
  };
}
