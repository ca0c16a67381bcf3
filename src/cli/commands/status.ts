// `dispatched status` and `dispatched token`: where the server is, whether it takes work, and the token for it.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

export async function status(terminal: Terminal): Promise<number> {
  const { client, url } = openConnection();
  const { status: word, reason } = await client.ready();
  if (terminal.json) terminal.value(stringifyJson({ url, status: word, reason: reason ?? null }));
  else terminal.line(`${word}  ${url}${reason === undefined ? "" : `  (${reason})`}`);
  return word === "ready" ? exitCode.completed : exitCode.failed;
}

export async function token(terminal: Terminal): Promise<number> {
  const connection = openConnection();
  if (terminal.json) terminal.value(stringifyJson({ url: connection.url, token: connection.token }));
  else terminal.line(connection.token);
  return exitCode.completed;
}
