// `dispatched hook`: addresses that start one workflow.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { numberOf } from "../number-of.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

interface CreateOptions {
  readonly quota?: string;
}

interface ListOptions {
  readonly limit?: string;
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

export async function listHooks(terminal: Terminal, { limit }: ListOptions): Promise<number> {
  const { client } = openConnection();
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { hooks, next } = await client.listHooks(page);
      return { rows: hooks, next };
    },
    head: ["hook", "workflow", "requests", "waiting", "created"],
    lines: (hooks) =>
      hooks.map((hook) => [
        hook.id,
        hook.workflow,
        hook.verify ? "signed" : "unsigned",
        `${hook.waiting} of ${hook.quota}`,
        hook.revoked_at === null ? formatTime(hook.created_at) : `revoked ${formatTime(hook.revoked_at)}`,
      ]),
    none: "no hooks; `dispatched hook create WORKFLOW` makes one",
  });
}

export async function revokeHook(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  await client.revokeHook(id);
  if (terminal.json) terminal.value(stringifyJson({ id, revoked: true }));
  else terminal.line(`${id} starts nothing more; what waits of it is still started`);
  return exitCode.completed;
}
