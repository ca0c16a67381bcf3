// `dispatched sessions`: the sessions of the tenant, and the end of one.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export async function listSessions(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const { sessions } = await client.listSessions();
  if (terminal.json) {
    for (const session of sessions) terminal.value(stringifyJson({ ...session }));
    return exitCode.completed;
  }
  const rows = sessions.map(({ id, by, created_at, expires_at, current }) => [
    id,
    by === "link" ? "sign-in link" : "private key",
    formatTime(created_at),
    formatTime(expires_at),
    current ? "this one" : "",
  ]);
  for (const line of formatTable(["session", "opened by", "since", "until", ""], rows)) terminal.line(line);
  return exitCode.completed;
}

export async function endSession(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  await client.endSession(id);
  if (terminal.json) terminal.value(stringifyJson({ id, ended: true }));
  else terminal.line(`${id} has ended, with the sessions that links of it opened`);
  return exitCode.completed;
}
