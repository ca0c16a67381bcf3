// `dispatched grant`: what may start while nobody is signed in. Making one takes the private key, no session can do it.

import { makeGrant } from "../../client/grants.ts";
import type { GrantResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { numberOf } from "../number-of.ts";
import { oneOf } from "../one-of.ts";
import { openConnection } from "../open-client.ts";
import { openDevice } from "../open-device.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

interface CreateOptions {
  readonly by?: string;
  readonly allowHost?: readonly string[];
  readonly verify?: boolean;
  readonly days?: string;
}

const ways = ["key", "hook", "cron", "event"] as const;

export async function createGrant(
  terminal: Terminal,
  workflow: string,
  options: CreateOptions,
): Promise<number> {
  const made = await makeGrant(await openDevice(), {
    workflow,
    triggers: options.by?.split(",").map((way) => oneOf("each of --by", way.trim(), ways)),
    hosts: options.allowHost,
    verify: options.verify,
    days: options.days === undefined ? undefined : numberOf("--days", options.days),
  });
  if (terminal.json) terminal.value(stringifyJson({ ...made }));
  else {
    const until = formatTime(made.expires_at);
    terminal.line(
      `${made.grant}  ${workflow} v${made.version} starts by itself until ${until}, or a new version`,
    );
  }
  return exitCode.completed;
}

const grantHead = ["grant", "workflow", "by", "hosts", "state"] as const;

export async function listGrants(terminal: Terminal, options: { readonly limit?: string }): Promise<number> {
  const { client } = openConnection();
  return listRows(terminal, {
    limit: options.limit,
    read: async (page) => {
      const { grants, next } = await client.listGrants(page);
      return { rows: grants, next };
    },
    head: grantHead,
    lines: (grants) => grants.map(rowOf),
    none: "no grants; `dispatched grant create WORKFLOW` makes one",
  });
}

function rowOf(grant: GrantResource): readonly string[] {
  return [
    grant.id,
    `${grant.workflow} v${grant.version}`,
    grant.triggers.join(", "),
    grant.hosts.length === 0 ? "no hosts" : grant.hosts.join(", "),
    grant.ended_at === null
      ? `until ${formatTime(grant.expires_at)}`
      : `ended ${formatTime(grant.ended_at)}: ${grant.end}`,
  ];
}

export async function showGrant(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  const grant = await client.getGrant(id);
  if (terminal.json) terminal.value(stringifyJson({ ...grant }));
  else for (const line of formatTable(grantHead, [rowOf(grant)])) terminal.line(line);
  return exitCode.completed;
}

export async function revokeGrant(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  await client.revokeGrant(id);
  if (terminal.json) terminal.value(stringifyJson({ id, revoked: true }));
  else terminal.line(`${id} has ended; what it let start waits in the inbox from now on`);
  return exitCode.completed;
}
