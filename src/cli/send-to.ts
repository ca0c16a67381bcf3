// Sends a request to an address that somebody named, and shows what it answers.

import { stringifyJson } from "../value/stringify-json.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";
import type { Terminal } from "./terminal.ts";

interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Headers that belong to a connection, and not to what is sent. */
const ofConnection = new Set([
  "connection",
  "content-length",
  "host",
  "transfer-encoding",
  "expect",
  "upgrade",
]);
const shownMax = 2_000;

/** Errors: `unreachable`. */
export async function sendTo(
  terminal: Terminal,
  url: URL,
  { method, headers, body }: Sending,
): Promise<number> {
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.has(name));
  const init = { method, headers: Object.fromEntries(kept), redirect: "manual" } as const;
  const answer = await fetch(url, {
    ...init,
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  }).catch((error: Error) => {
    throw new CliError("unreachable", `${url.origin} cannot be reached: ${error.message}`);
  });
  const text = await answer.text();
  if (terminal.json) terminal.value(stringifyJson({ status: answer.status, body: text }));
  else terminal.line(`${answer.status}${text === "" ? "" : `  ${text.slice(0, shownMax)}`}`);
  return answer.ok ? exitCode.completed : exitCode.failed;
}
