// `dispatched run`: starts a run and waits for its end, or follows it; `dispatched runs follow`.

import type { Client } from "../../client/client.ts";
import type { ClientError } from "../../client/client-error.ts";
import { shownText } from "../../value/shown-text.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCodeOfRun } from "../exit-code.ts";
import { followRun, showEnd } from "../follow-run.ts";
import { readJsonArgument } from "../json-argument.ts";
import { openConnection } from "../open-client.ts";
import { startOnce } from "../start-once.ts";
import type { Terminal } from "../terminal.ts";
import { whileItGoesOn, withStartedRun } from "../while-it-goes-on.ts";
import { withWholeOutput } from "../with-whole-output.ts";

export interface RunOptions {
  readonly body?: string;
  readonly follow?: boolean;
  readonly version?: string;
  readonly idempotencyKey?: string;
}

const waitSeconds = 50;
/** Reads of a run that was started: ten minutes, about, as long as a broken stream is opened again. */
const readRetries = 25;

export async function run(terminal: Terminal, workflow: string, options: RunOptions): Promise<number> {
  const { client, url } = openConnection();
  const body = options.body === undefined ? null : readJsonArgument("--body", options.body);
  const { version } = options;
  const { run: id } = await startOnce(client, options.idempotencyKey, (starting, idempotencyKey) =>
    starting.startRun(workflow, { body, version, idempotencyKey }),
  );
  const patient = patientClient(client, id);
  const look = () => {
    if (options.follow === true) return follow(terminal, { client: patient, url }, id);
    terminal.line(id);
    return wait(terminal, patient, id);
  };
  try {
    return await whileItGoesOn(terminal, id, look);
  } catch (error) {
    throw withStartedRun(error, id);
  }
}

/** `dispatched runs follow`: a run that is there already, from its beginning. */
export async function followCommand(terminal: Terminal, id: string): Promise<number> {
  return whileItGoesOn(terminal, id, () => follow(terminal, openConnection(), id));
}

/** One that waits for the server, and says so once. */
function patientClient(client: Client, id: string): Client {
  let told = false;
  const onAgain = ({ message }: ClientError) => {
    if (!told) process.stderr.write(`${shownText(message)}; ${id} was started: trying again\n`);
    told = true;
  };
  return client.withOptions({ retries: readRetries, onAgain });
}

async function wait(terminal: Terminal, client: Client, id: string): Promise<number> {
  let found = await client.getRun(id, waitSeconds);
  while (found.ended_at === null) found = await client.getRun(id, waitSeconds);
  found = await withWholeOutput(client, found);
  if (terminal.json) terminal.value(stringifyJson(found));
  else await showEnd(terminal, client, found);
  return exitCodeOfRun(found.status);
}

async function follow(
  terminal: Terminal,
  { client, url }: { readonly client: Client; readonly url: string },
  id: string,
): Promise<number> {
  if (terminal.json) terminal.line(id);
  const { workflow, version } = await client.getRun(id);
  if (!terminal.json) {
    terminal.line(`${terminal.paint.bold(id)}  ${workflow} v${version}`);
    terminal.line(terminal.paint.dim(`${url}/runs/${id}`));
    terminal.line();
  }
  return exitCodeOfRun((await followRun(terminal, client, id)).status);
}
