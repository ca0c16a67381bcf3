// `dispatched runs`: list, get, events, cancel.

import type { RunItemResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { fingerprintOf } from "../fingerprint-of.ts";
import { formatElapsed, formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { nothingOf } from "../nothing-of.ts";
import { openConnection } from "../open-client.ts";
import { showRun } from "../show-run.ts";
import type { Terminal } from "../terminal.ts";
import { withWholeOutput } from "../with-whole-output.ts";

export interface ListOptions {
  readonly workflow?: string;
  readonly status?: string;
  readonly label?: string;
  readonly fingerprint?: string;
  readonly doing?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

export async function listRuns(terminal: Terminal, options: ListOptions): Promise<number> {
  const { client } = openConnection();
  const { workflow, status, label, doing, from, to, limit } = options;
  const fingerprint = fingerprintOf(options.fingerprint);
  const filter = { workflow, status, label, fingerprint, doing, from, to };
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { runs, next } = await client.listRuns({ ...filter, ...page });
      return { rows: runs, next };
    },
    head: ["run", "workflow", "status", "created", "took", "now"],
    lines: (runs) => runs.map(rowOf),
    none: nothingOf(client, workflow, "no runs"),
  });
}

function rowOf(run: RunItemResource): readonly string[] {
  const took =
    run.ended_at === null ? "" : formatElapsed(Date.parse(run.ended_at) - Date.parse(run.created_at));
  return [
    run.id,
    `${run.workflow} v${run.version}`,
    run.status,
    formatTime(run.created_at),
    took,
    nowOf(run),
  ];
}

/** What it is doing, where its status does not say it. */
function nowOf({ now, status }: RunItemResource): string {
  return now === status ? "" : now;
}

export async function getRun(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  const run = await withWholeOutput(client, await client.getRun(id));
  if (terminal.json) terminal.value(stringifyJson(run));
  else showRun(terminal, run);
  return exitCode.completed;
}

export async function listEvents(
  terminal: Terminal,
  id: string,
  options: { readonly after?: string },
): Promise<number> {
  const { client } = openConnection();
  let after = Number(options.after ?? 0);
  for (;;) {
    const page = await client.listEvents(id, after);
    for (const event of page.events) {
      after = event.seq;
      if (terminal.json) terminal.value(stringifyJson({ ...event }));
      else {
        const step = event.step ?? "";
        terminal.line(
          `${String(event.seq).padStart(4)}  ${formatTime(event.at)}  ${event.type.padEnd(24)} ${step.padEnd(16)} ${terminal.paint.dim(stringifyJson(event.data).slice(0, 200))}`.trimEnd(),
        );
      }
    }
    if (page.events.length === 0 || page.ended) return exitCode.completed;
  }
}

export async function cancelRun(
  terminal: Terminal,
  id: string,
  options: { readonly compensate: boolean },
): Promise<number> {
  const { client } = openConnection();
  const run = await client.cancelRun(id, options.compensate);
  if (terminal.json) terminal.value(stringifyJson(run));
  else terminal.line(`${run.id}  ${run.now}`);
  return exitCode.completed;
}
