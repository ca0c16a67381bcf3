// `dispatched runs bulk`: one action on every run that fits, or on named ones, after what it takes was shown and agreed to.

import { randomUUID } from "node:crypto";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { BulkRuns } from "../../client/methods/control-methods.ts";
import type { BulkPreviewResource, BulkResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { agrees } from "../agree.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { fingerprintOf } from "../fingerprint-of.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { oneOf } from "../one-of.ts";
import { openConnection } from "../open-client.ts";
import { sayingOnInterrupt } from "../saying-on-interrupt.ts";
import { sendOnce } from "../start-once.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { withHint } from "../with-hint.ts";

export interface BulkOptions {
  readonly workflow?: string;
  readonly status?: string;
  readonly label?: string;
  readonly fingerprint?: string;
  readonly doing?: string;
  readonly from?: string;
  readonly to?: string;
  readonly run?: readonly string[];
  readonly yes?: boolean;
}

/** Breaks one after the other without a sign of life: ten minutes, about. */
const breaksMax = 60;
const actions = ["cancel", "pause", "resume", "rerun"] as const;

export async function bulk(terminal: Terminal, name: string, options: BulkOptions): Promise<number> {
  const { client } = openConnection();
  const action = oneOf("the action", name, actions);
  const runs = runsOf(options);
  const preview = await client.previewBulk(action, runs);
  if (!terminal.json) showPreview(terminal, preview);
  const what = `${action} of ${preview.matched} runs`;
  if (options.yes !== true && !(await agrees(terminal, what, `${action} them?`))) return exitCode.failed;
  // What is made after the count was shown is not taken.
  const fixed = "runs" in runs ? runs : { ...runs, to: runs.to ?? preview.bound };
  const once = { key: `cli-${randomUUID()}`, again: "`dispatched bulk list` tells whether it began" };
  const begun = await sendOnce(client, once, (starting, idempotencyKey) =>
    starting.beginBulk(action, fixed, { idempotencyKey }),
  );
  return followToEnd(terminal, client, begun);
}

function runsOf({ run, workflow, status, label, fingerprint, doing, from, to }: BulkOptions): BulkRuns {
  const lists = { status: status?.split(","), doing: doing?.split(",") };
  const asked = { workflow, ...lists, label, fingerprint: fingerprintOf(fingerprint), from, to };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  if (run !== undefined && given.length > 0) {
    throw new CliError("usage", "--run names the runs: no filter goes with it", "leave out one of them");
  }
  if (run !== undefined) return { runs: run.flatMap((ids) => ids.split(",")).filter((id) => id !== "") };
  if (given.length > 0) return Object.fromEntries(given) as BulkRuns;
  throw new CliError(
    "usage",
    "no filter would take every run",
    "name one, such as --workflow, or runs by --run",
  );
}

/** `dispatched bulk show`: follows one that is running, and tells what became of it. */
export async function showBulk(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  return followToEnd(terminal, client, await client.getBulk(id, { limit: "1" }));
}

export async function abortBulk(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  const row = await client.abortBulk(id);
  if (terminal.json) terminal.value(stringifyJson({ ...row } as never));
  else terminal.line(wordsOf(row));
  return exitCode.completed;
}

export async function listBulks(terminal: Terminal, options: { readonly limit?: string }): Promise<number> {
  const { client } = openConnection();
  return listRows(terminal, {
    limit: options.limit,
    read: async (page) => {
      const { bulks, next } = await client.listBulks(page);
      return { rows: bulks, next };
    },
    head: ["id", "action", "state", "runs", "begun"],
    lines: (bulks) => bulks.map(rowOf),
    none: "no bulk actions",
  });
}

function rowOf(row: BulkResource): readonly string[] {
  return [row.id, row.action, row.state, countsOf(row), formatTime(row.created_at)];
}

function showPreview(terminal: Terminal, preview: BulkPreviewResource): void {
  const { matched, more, samples, oldest_at, newest_at } = preview;
  terminal.line(`${matched}${more ? "+" : ""} ${matched === 1 ? "run fits" : "runs fit"}`);
  if (oldest_at === null || newest_at === null) return;
  terminal.line(
    terminal.paint.dim(`made from ${formatTime(oldest_at)} to ${formatTime(newest_at)}, such as`),
  );
  for (const { id, workflow, version, status } of samples) {
    terminal.line(terminal.paint.dim(`  ${id}  ${workflow} v${version}  ${status}`));
  }
}

async function followToEnd(terminal: Terminal, client: Client, begun: BulkResource): Promise<number> {
  let row = begun;
  if (!terminal.json) terminal.line(terminal.paint.dim(row.id));
  if (row.state === "running") {
    const goesOn = `\`dispatched bulk show ${row.id}\` follows it on`;
    const follow = async () => {
      for await (const now of client.followBulk(row.id, { breaksMax, onBreak: sayBreak })) {
        row = now;
        if (!terminal.json && row.state === "running") terminal.line(terminal.paint.dim(countsOf(row)));
      }
    };
    await sayingOnInterrupt(goesOn, follow).catch((error: unknown) => {
      throw error instanceof ClientError ? withHint(error, goesOn) : error;
    });
  }
  const refused = await refusedOf(client, row.id);
  if (terminal.json) terminal.value(stringifyJson({ ...row, refusals: refused } as never));
  else {
    terminal.line(wordsOf(row));
    const rows = refused.map(({ run, code }) => [run, code ?? ""]);
    if (rows.length > 0) for (const line of formatTable(["run", "refused"], rows)) terminal.line(line);
  }
  return row.refused === 0 && row.state === "done" ? exitCode.completed : exitCode.failed;
}

function sayBreak(breaks: number): void {
  // Nothing is lost meanwhile.
  if (breaks === 1) process.stderr.write("the connection broke; following on\n");
}

async function refusedOf(client: Client, id: string) {
  const found: { readonly run: string; readonly code: string | null }[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.getBulk(id, { refused: "true", limit: "200", cursor });
    found.push(...page.results.map(({ run, code }) => ({ run, code })));
    if (page.next === null) return found;
    cursor = page.next;
  }
}

function wordsOf(row: BulkResource): string {
  const { action, state, total, done, refused } = row;
  const left = state === "aborted" ? `, aborted: ${total - done} left as they are` : "";
  return `${action}: ${done - refused} of ${total}${left}`;
}

function countsOf({ done, total, refused }: BulkResource): string {
  return `${done}/${total}${refused === 0 ? "" : `, ${refused} refused`}`;
}
