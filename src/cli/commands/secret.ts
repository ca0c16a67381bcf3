// `dispatched secret`: set, list, delete. A value never stands on the command line.

import type { SecretResource } from "../../client/resources.ts";
import { shownText } from "../../value/shown-text.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { readHidden, readSecret } from "../read-input.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** From a file, from standard input, or typed on the terminal without being shown. */
async function readValue(name: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecret(file);
  if (process.stdin.isTTY === true) return readHidden(`value of ${name} (not shown): `);
  const value = readSecret("-");
  if (value !== "") return value;
  throw new CliError(
    "usage",
    "standard input is empty",
    `printf %s "$VALUE" | dispatched secret set ${name}`,
  );
}

/** `args`: all that stands on the command line besides options. */
export function refuseValue(args: readonly string[]): void {
  if (args.length < 2) return;
  throw new CliError(
    "usage",
    "a value does not stand on the command line: others could read it there",
    "leave it out and type it when you are asked, or use --file PATH or standard input",
  );
}

interface SetOptions {
  readonly file?: string;
  readonly allowHost?: readonly string[];
  readonly allowAnyHost?: boolean;
}

export async function setSecret(terminal: Terminal, name: string, options: SetOptions): Promise<number> {
  const hosts = hostsOf(options);
  requireName(name);
  const { client } = openConnection();
  const value = await readValue(name, options.file);
  const secret = await client.putSecret(name, value, hosts === undefined ? {} : { allowedHosts: hosts });
  if (terminal.json) {
    terminal.value(stringifyJson({ ...secret }));
    return exitCode.completed;
  }
  terminal.line(`${secret.name}  version ${secret.version}  ${shownHosts(secret)}`);
  for (const warning of secret.warnings ?? []) process.stderr.write(`warning: ${shownText(warning)}\n`);
  return exitCode.completed;
}

/** As the server does, and before a value is asked for. Errors: `invalid_secret`. */
function requireName(name: string): void {
  const isName = (text: string) => /^[A-Z][A-Z0-9_]{0,127}$/.test(text);
  if (isName(name)) return;
  const meant = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
  throw new CliError(
    "invalid_secret",
    `the name of a secret is UPPER_SNAKE_CASE, and not ${JSON.stringify(name)}`,
    isName(meant) ? `dispatched secret set ${meant}` : null,
  );
}

/** Undefined leaves what the secret had before. */
function hostsOf({ allowHost, allowAnyHost }: SetOptions): readonly string[] | null | undefined {
  if (allowHost !== undefined && allowAnyHost === true) {
    throw new CliError("usage", "--allow-host and --allow-any-host say different things", "give one of them");
  }
  return allowAnyHost === true ? null : allowHost;
}

function shownHosts({ allowed_hosts: hosts }: SecretResource): string {
  return hosts === null ? "any host" : hosts.join(", ");
}

export async function listSecrets(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const { secrets } = await client.listSecrets();
  if (terminal.json) {
    for (const secret of secrets) terminal.value(stringifyJson({ ...secret }));
    return exitCode.completed;
  }
  const rows = secrets.map((secret) => [
    secret.name,
    `v${secret.version}`,
    formatTime(secret.updated_at),
    shownHosts(secret),
  ]);
  if (rows.length === 0) terminal.line("no secrets; `dispatched secret set NAME` stores one");
  else for (const line of formatTable(["secret", "version", "updated", "hosts"], rows)) terminal.line(line);
  return exitCode.completed;
}

export async function deleteSecret(terminal: Terminal, name: string): Promise<number> {
  const { client } = openConnection();
  await client.deleteSecret(name);
  if (terminal.json) terminal.value(stringifyJson({ name, deleted: true }));
  else terminal.line(`${name} is gone; calls that need it fail from now on`);
  return exitCode.completed;
}
