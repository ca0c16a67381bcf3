// `dispatched tenant new-api-key` and `tenant delete`: what only the private key may do, and no session.

import { changeCredentials, changeTenant } from "../../app/credentials.ts";
import { deviceOf } from "../../app/device-of.ts";
import { homeOf } from "../../app/home-of.ts";
import { ClientError } from "../../client/client-error.ts";
import { deleteTenant, generateApiKey, replaceApiKey } from "../../client/tenants.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { entryOf } from "../entry-of.ts";
import { exitCode } from "../exit-code.ts";
import { requireFile } from "../require-file.ts";
import type { Terminal } from "../terminal.ts";
import { withHint } from "../with-hint.ts";

/** The new key is printed before it counts: whatever becomes of the answer, it is not lost. */
export async function newApiKey(terminal: Terminal): Promise<number> {
  requireFile();
  const home = homeOf(process.env);
  const entry = entryOf(home);
  const api_key = generateApiKey();
  if (terminal.json) terminal.value(stringifyJson({ tenant: entry.tenant, api_key }));
  else terminal.line(`API key  ${api_key}`);
  await replaceApiKey(deviceOf(entry), api_key).catch((error: unknown) => {
    const again =
      "if the new key counts already, `dispatched login --api-key-file FILE` with it in FILE takes it";
    throw error instanceof ClientError && error.isUnanswered ? withHint(error, again) : error;
  });
  changeTenant(home, entry.tenant, { api_key, session: null });
  if (terminal.json) return exitCode.completed;
  terminal.line("The key before counts no more, and every session has ended.");
  terminal.line(
    "A recovery sheet has the key before: `dispatched key backup` prints one that goes on to work.",
  );
  return exitCode.completed;
}

interface DeleteOptions {
  readonly yes?: string;
}

/** Ends the tenant with all that is stored of it, and forgets its credentials here. */
export async function deleteTenantCommand(terminal: Terminal, { yes }: DeleteOptions): Promise<number> {
  requireFile();
  const home = homeOf(process.env);
  const entry = entryOf(home);
  if (yes !== entry.tenant) {
    throw new CliError(
      "usage",
      `this deletes all that is stored of ${entry.tenant}, and nothing brings it back`,
      `if that is meant: --yes ${entry.tenant}`,
    );
  }
  await deleteTenant(deviceOf(entry));
  changeCredentials(home, ({ current, tenants }) => ({
    current: current === entry.tenant ? null : current,
    tenants: tenants.filter(({ tenant }) => tenant !== entry.tenant),
  }));
  if (terminal.json) terminal.value(stringifyJson({ tenant: entry.tenant, deleted: true }));
  else terminal.line(`${entry.tenant} is gone`);
  return exitCode.completed;
}
