// `dispatched runs signal`, `pause`, `resume`, `compensate`, `rerun` and `retry`: what may be done with one run.

import type { RerunResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { readJsonArgument } from "../json-argument.ts";
import { openConnection } from "../open-client.ts";
import { showRerunPreview } from "../show-rerun-preview.ts";
import { startOnce } from "../start-once.ts";
import type { Terminal } from "../terminal.ts";
import { versionOf } from "../version-of.ts";

export interface SignalOptions {
  readonly body?: string;
  readonly idempotencyKey?: string;
}

export async function signalRun(
  terminal: Terminal,
  id: string,
  name: string,
  options: SignalOptions,
): Promise<number> {
  const { client } = openConnection();
  const body = options.body === undefined ? null : readJsonArgument("--body", options.body);
  await client.sendSignal(id, name, { body, idempotencyKey: options.idempotencyKey });
  if (terminal.json) terminal.value(stringifyJson({ run: id, signal: name }));
  else terminal.line(`${id}  has ${name}`);
  return exitCode.completed;
}

function command(name: "pause" | "resume" | "compensate") {
  return async (terminal: Terminal, id: string): Promise<number> => {
    const { client } = openConnection();
    const run = await client.command(id, name);
    if (terminal.json) terminal.value(stringifyJson(run));
    else terminal.line(`${run.id}  ${run.now}`);
    return exitCode.completed;
  };
}

export const pauseRun = command("pause");
export const resumeRun = command("resume");
export const compensateRun = command("compensate");

export interface RerunOptions {
  readonly from?: string;
  readonly version?: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
  /** Only tell. */
  readonly preview?: boolean;
}

export async function rerun(terminal: Terminal, id: string, options: RerunOptions): Promise<number> {
  const { client } = openConnection();
  const { from, body } = options;
  const version = versionOf(options.version);
  const asked = {
    ...(from === undefined ? {} : { from: from.split(",").map((name) => name.trim()) }),
    ...(version === undefined ? {} : { version }),
    ...(body === undefined ? {} : { body: readJsonArgument("--body", body, "to keep that of the run") }),
  };
  if (options.preview === true) {
    const preview = await client.previewRerun(id, asked);
    if (terminal.json) terminal.value(stringifyJson(preview));
    else showRerunPreview(terminal, preview);
    return exitCode.completed;
  }
  const started = await startOnce(client, options.idempotencyKey, (starting, idempotencyKey) =>
    starting.rerun(id, { ...asked, idempotencyKey }),
  );
  return showStarted(terminal, started);
}

export async function retryRun(
  terminal: Terminal,
  id: string,
  options: Pick<RerunOptions, "idempotencyKey">,
): Promise<number> {
  const { client } = openConnection();
  const started = await startOnce(client, options.idempotencyKey, (starting, idempotencyKey) =>
    starting.retry(id, { idempotencyKey }),
  );
  return showStarted(terminal, started);
}

function showStarted(terminal: Terminal, started: RerunResource): number {
  if (terminal.json) terminal.value(stringifyJson({ ...started }));
  else terminal.line(`${started.run}  goes again from ${started.rerun_of}`);
  return exitCode.completed;
}
