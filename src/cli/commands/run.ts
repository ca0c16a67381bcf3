// `dispatched run`: starts a run and waits for its end, or follows it; `dispatched runs follow`.

import type { Client } from "../../client/client.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCodeOfRun } from "../exit-code.ts";
import { followRun, showEnd } from "../follow-run.ts";
import { openConnection } from "../open-client.ts";
import { readBodyArgument } from "../read-input.ts";
import type { Terminal } from "../terminal.ts";
import { withWholeOutput } from "../with-whole-output.ts";

export interface RunOptions {
  readonly body?: string;
  readonly follow?: boolean;
  readonly version?: string;
  readonly idempotencyKey?: string;
}

const waitSeconds = 50;

export async function run(terminal: Terminal, workflow: string, options: RunOptions): Promise<number> {
  const { client, url } = openConnection();
  const body = options.body === undefined ? null : readBodyArgument(options.body);
  const { version, idempotencyKey } = options;
  const started = await client.startRun(workflow, { body, version, idempotencyKey });
  if (options.follow === true) return follow(terminal, { client, url }, started.run);
  let found = await client.getRun(started.run, waitSeconds);
  while (found.ended_at === null) found = await client.getRun(started.run, waitSeconds);
  found = await withWholeOutput(client, found);
  if (terminal.json) terminal.value(stringifyJson(found));
  else {
    terminal.line(found.id);
    await showEnd(terminal, client, found);
  }
  return exitCodeOfRun(found.status);
}

/** `dispatched runs follow`: a run that is there already, from its beginning. */
export async function followCommand(terminal: Terminal, id: string): Promise<number> {
  return follow(terminal, openConnection(), id);
}

async function follow(
  terminal: Terminal,
  { client, url }: { readonly client: Client; readonly url: string },
  id: string,
): Promise<number> {
  const { workflow, version } = await client.getRun(id);
  if (!terminal.json) {
    terminal.line(`${terminal.paint.bold(id)}  ${workflow} v${version}`);
    terminal.line(terminal.paint.dim(`${url}/runs/${id}`));
    terminal.line();
  }
  return exitCodeOfRun((await followRun(terminal, client, id)).status);
}
