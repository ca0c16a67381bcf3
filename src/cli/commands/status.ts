// `dispatched status` and `dispatched token`: where the server is, who is signed in to it, and the token for it.

import { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";
import { variablesInPlace } from "../variables-in-place.ts";
import { waitedLine } from "../waited-line.ts";

export async function status(terminal: Terminal): Promise<number> {
  const connection = openConnection();
  const { url, serverKeys, present } = connection;
  // Not the connection's own client, which signs in when it is used: that would open the tenant.
  const client = new Client(url, present ?? "", { retries: 0 });
  const { status: word } = await client.ready();
  const session = present === null ? null : await sessionOf(client);
  const tenant = session?.tenant ?? connection.tenant;
  const until = session?.expires_at ?? null;
  if (terminal.json) {
    const told = { url, status: word, tenant, session_until: until, waited: session?.waited ?? null };
    terminal.value(stringifyJson({ ...told, server_keys: serverKeys }));
  } else {
    terminal.line(`${word}  ${url}`);
    if (tenant !== null) terminal.line(`tenant   ${tenant}`);
    terminal.line(`session  ${until === null ? withoutSession() : `until ${formatTime(until)}`}`);
    if (session?.waited) terminal.line(`waited   ${waitedLine(session.waited)}`);
    for (const key of serverKeys) terminal.line(`server   ${key}`);
  }
  return exitCode.completed;
}

/** By a variable nobody can sign in by `login`. */
function withoutSession(): string {
  const [variable] = variablesInPlace(process.env);
  if (variable === "DISPATCHED_TOKEN") return "none: that of DISPATCHED_TOKEN has ended, or is none";
  if (variable !== undefined) return "none; any other command opens one";
  return "none; `dispatched login` opens one, as any other command does";
}

async function sessionOf(client: Client) {
  try {
    return await client.showSession();
  } catch (error) {
    if (error instanceof ClientError && error.status === 401) return null;
    throw error;
  }
}

export async function token(terminal: Terminal): Promise<number> {
  const connection = openConnection();
  // One that was ended elsewhere is not handed out: another is opened where the keys are here, or it is refused.
  await connection.client.showSession();
  const text = await connection.token();
  if (terminal.json) terminal.value(stringifyJson({ url: connection.url, token: text }));
  else terminal.line(text);
  return exitCode.completed;
}
