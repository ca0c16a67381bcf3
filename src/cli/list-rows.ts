// Shows a list up to the `--limit` that was asked for, page by page, and says when there is more: one way for all lists.

import { stringifyJson } from "../value/stringify-json.ts";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { formatTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export interface PageAsk {
  readonly cursor: string | undefined;
  readonly limit: number;
}

interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

interface List<Row> {
  /** The text of `--limit`; 50 without one. */
  readonly limit: string | undefined;
  readonly read: (page: PageAsk) => Promise<RowPage<Row>>;
  /** For people, a table; programs get an object a row. */
  readonly head: readonly string[];
  readonly lines: (rows: readonly Row[]) => readonly (readonly string[])[];
  /** In the place of a table without lines. */
  readonly none?: string | (() => Promise<string>);
}

const limitDefault = 50;
/** The server gives no more rows at once. */
const pageRowsMax = 200;

/** Errors: `usage` for a limit that is none. */
export async function listRows<Row extends object>(
  terminal: Terminal,
  { read, ...list }: List<Row>,
): Promise<ExitCode> {
  const most = limitOf(list.limit);
  const rows: Row[] = [];
  let cursor: string | undefined;
  let hasMore = true;
  while (hasMore && rows.length < most) {
    const page = await read({ cursor, limit: Math.min(most - rows.length, pageRowsMax) });
    if (terminal.json) for (const row of page.rows) terminal.value(stringifyJson({ ...row } as never));
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
    hasMore = page.next !== null;
  }
  if (!terminal.json) await show(terminal, list, list.lines(rows));
  if (hasMore) {
    const told = `these are the first ${rows.length}, and there are more: narrow the list, or raise --limit`;
    terminal.line(terminal.paint.dim(told));
  }
  return exitCode.completed;
}

async function show(
  terminal: Terminal,
  { head, none }: Pick<List<never>, "head" | "none">,
  lines: readonly (readonly string[])[],
): Promise<void> {
  if (none !== undefined && lines.length === 0) terminal.line(typeof none === "string" ? none : await none());
  else for (const line of formatTable(head, lines)) terminal.line(line);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return limitDefault;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CliError(
    "usage",
    `--limit is a whole number from 1, and not ${JSON.stringify(text)}`,
    "--limit 500",
  );
}
