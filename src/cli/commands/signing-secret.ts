// `dispatched signing-secret`: create, list, rotate, revoke what signs calls.

import type { NewSigningSecretResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** The secret is shown this once. */
function showNew(terminal: Terminal, made: NewSigningSecretResource, more: string): number {
  if (terminal.json) {
    terminal.value(stringifyJson({ ...made }));
    return exitCode.completed;
  }
  terminal.line(made.secret);
  terminal.line(`${made.id} signs every call from now on. The secret is shown this once${more}`);
  return exitCode.completed;
}

export async function createSigningSecret(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  return showNew(
    terminal,
    await client.createSigningSecret(),
    ": give it to the services that check signatures.",
  );
}

export async function rotateSigningSecret(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const made = await client.rotateSigningSecret();
  return showNew(
    terminal,
    made,
    "; the one before signs beside it for 72 hours, in which services take the new one.",
  );
}

export async function listSigningSecrets(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const { signing_secrets: secrets } = await client.listSigningSecrets();
  if (terminal.json) {
    for (const secret of secrets) terminal.value(stringifyJson({ ...secret }));
    return exitCode.completed;
  }
  const rows = secrets.map(({ id, created_at: createdAt, signs_until: until }) => [
    id,
    formatTime(createdAt),
    until === null ? "until it is rotated" : formatTime(until),
  ]);
  if (rows.length === 0) terminal.line("calls are not signed; `dispatched signing-secret create` begins it");
  else
    for (const line of formatTable(["signing secret", "created", "signs until"], rows)) terminal.line(line);
  return exitCode.completed;
}

export async function revokeSigningSecret(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  await client.revokeSigningSecret(id);
  if (terminal.json) terminal.value(stringifyJson({ id, revoked: true }));
  else terminal.line(`${id} signs nothing from now on`);
  return exitCode.completed;
}
