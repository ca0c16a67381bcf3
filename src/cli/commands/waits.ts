// `dispatched runs waits`: what is waited for, the oldest run first.

import type { RunWaitsResource } from "../../client/resources.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { nothingOf } from "../nothing-of.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

export interface WaitOptions {
  readonly people?: boolean;
  readonly kind?: string;
  readonly workflow?: string;
  readonly label?: string;
  readonly limit?: string;
}

export async function listWaits(terminal: Terminal, options: WaitOptions): Promise<number> {
  const { client } = openConnection();
  const { people, kind, workflow, label, limit } = options;
  const asked = { people: people === true ? "true" : undefined, kind, workflow, label };
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { waits, next } = await client.listWaits({ ...asked, ...page });
      return { rows: waits, next };
    },
    head: ["run", "workflow", "waits for", "until"],
    lines: (runs) => runs.flatMap((row) => row.waits.map((wait) => rowOf(row, wait))),
    none: nothingOf(client, options.workflow, "nothing is waited for"),
  });
}

function rowOf(
  { run }: RunWaitsResource,
  { step, item, kind, names, until }: RunWaitsResource["waits"][number],
): readonly string[] {
  const what = `${step}${item === null ? "" : `[${item}]`}: ${kind} ${names.join(", ")}`.trim();
  return [run.id, `${run.workflow} v${run.version}`, what, until === null ? "" : formatTime(until)];
}
