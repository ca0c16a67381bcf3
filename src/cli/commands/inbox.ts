// `dispatched inbox`: what came while nobody was signed in, and what became of it.

import type { ItemResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

interface ListOptions {
  readonly state?: string;
  readonly hook?: string;
  readonly limit?: string;
}

export async function listInbox(terminal: Terminal, { state, hook, limit }: ListOptions): Promise<number> {
  const { client } = openConnection();
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { items, next } = await client.listInbox({ state, hook, ...page });
      return { rows: items, next };
    },
    head: ["item", "kind", "for", "state", "received"],
    lines: (items) => items.map(rowOf),
    none: "the inbox is empty",
  });
}

function rowOf(item: ItemResource): readonly string[] {
  return [
    item.id,
    item.kind,
    item.workflow ?? item.run ?? "",
    item.reason === null ? item.state : `${item.state}: ${item.reason}`,
    formatTime(item.received_at),
  ];
}

export async function showItem(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  const item = await client.showItem(id);
  if (terminal.json) {
    terminal.value(stringifyJson({ ...item }));
    return exitCode.completed;
  }
  terminal.line(`${item.id}  ${item.kind}  ${stateOf(item)}`);
  terminal.line(`received ${formatTime(item.received_at)}, kept until ${formatTime(item.expires_at)}`);
  if (item.workflow !== null) terminal.line(`workflow ${item.workflow}`);
  if (item.hook !== null) terminal.line(`hook ${item.hook}`);
  if (item.run !== null) terminal.line(`run ${item.run}`);
  if (item.content !== null) terminal.line(stringifyJson(item.content));
  return exitCode.completed;
}

function stateOf({ state, reason, settled_at: at }: ItemResource): string {
  const why = reason === null ? "" : `: ${reason}`;
  return at === null ? state : `${state}${why}, ${formatTime(at)}`;
}
