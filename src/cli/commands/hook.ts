// `dispatched hook`: addresses that start one workflow.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { numberOf } from "../number-of.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

interface CreateOptions {
  readonly quota?: string;
}

/** The address is shown this once. */
export async function createHook(
  terminal: Terminal,
  workflow: string,
  options: CreateOptions,
): Promise<number> {
  const { client } = openConnection();
  const quota = options.quota === undefined ? undefined : numberOf("--quota", options.quota);
  const hook = await client.createHook(workflow, quota);
  if (terminal.json) {
    terminal.value(stringifyJson({ ...hook }));
    return exitCode.completed;
  }
  terminal.line(hook.url);
  const signed = hook.verify ? "; its requests must be signed" : "";
  terminal.line(
    `${hook.id} starts ${workflow}${signed}. The address is shown this once: whoever has it can start runs.`,
  );
  return exitCode.completed;
}

export async function listHooks(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const { hooks } = await client.listHooks();
  if (terminal.json) {
    for (const hook of hooks) terminal.value(stringifyJson({ ...hook }));
    return exitCode.completed;
  }
  const rows = hooks.map((hook) => [
    hook.id,
    hook.workflow,
    hook.verify ? "signed" : "unsigned",
    `${hook.waiting} of ${hook.quota}`,
    hook.revoked_at === null ? formatTime(hook.created_at) : `revoked ${formatTime(hook.revoked_at)}`,
  ]);
  if (rows.length === 0) terminal.line("no hooks; `dispatched hook create WORKFLOW` makes one");
  else
    for (const line of formatTable(["hook", "workflow", "requests", "waiting", "created"], rows))
      terminal.line(line);
  return exitCode.completed;
}

export async function revokeHook(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  await client.revokeHook(id);
  if (terminal.json) terminal.value(stringifyJson({ id, revoked: true }));
  else terminal.line(`${id} starts nothing more; what waits of it is still started`);
  return exitCode.completed;
}
