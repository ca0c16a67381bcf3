// `dispatched secret`: set, list, delete. A value never stands on the command line.

import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { readFile, readHidden } from "../read-input.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** From a file, from standard input, or typed on the terminal without being shown. */
async function readValue(name: string, fromFile: string | undefined): Promise<string> {
  if (fromFile !== undefined) return withoutLastBreak(readFile(fromFile));
  if (process.stdin.isTTY === true) return readHidden(`value of ${name} (not shown): `);
  const value = withoutLastBreak(readFile("-"));
  if (value !== "") return value;
  throw new CliError(
    "usage",
    "standard input is empty",
    `printf %s "$VALUE" | dispatched secret set ${name}`,
  );
}

function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, "");
}

export async function setSecret(
  terminal: Terminal,
  name: string,
  options: { readonly fromFile?: string },
): Promise<number> {
  const { client } = openConnection();
  const secret = await client.putSecret(name, await readValue(name, options.fromFile));
  if (terminal.json) terminal.value(stringifyJson({ ...secret }));
  else terminal.line(`${secret.name}  version ${secret.version}`);
  return exitCode.completed;
}

export async function listSecrets(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const { secrets } = await client.listSecrets();
  if (terminal.json) {
    for (const secret of secrets) terminal.value(stringifyJson({ ...secret }));
    return exitCode.completed;
  }
  const rows = secrets.map((secret) => [secret.name, `v${secret.version}`, formatTime(secret.updated_at)]);
  if (rows.length === 0) terminal.line("no secrets; `dispatched secret set NAME` stores one");
  else for (const line of formatTable(["secret", "version", "set"], rows)) terminal.line(line);
  return exitCode.completed;
}

export async function deleteSecret(terminal: Terminal, name: string): Promise<number> {
  const { client } = openConnection();
  await client.deleteSecret(name);
  if (terminal.json) terminal.value(stringifyJson({ name, deleted: true }));
  else terminal.line(`${name} is gone; calls that need it fail from now on`);
  return exitCode.completed;
}
