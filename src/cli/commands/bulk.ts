// `dispatched runs bulk`: one action on every run that fits, after the count was shown and agreed to.

import { createInterface } from "node:readline/promises";
import type { Client } from "../../client/client.ts";
import type { BulkFilter } from "../../client/methods/control-methods.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export interface BulkOptions {
  readonly workflow?: string;
  readonly status?: string;
  readonly label?: string;
  readonly from?: string;
  readonly to?: string;
  readonly yes?: boolean;
}

const actions = ["cancel", "pause", "resume", "rerun"] as const;
const pageRuns = "200";
const countMax = 10_000;

export async function bulk(terminal: Terminal, name: string, options: BulkOptions): Promise<number> {
  const { client } = openConnection();
  const action = actions.find((known) => known === name);
  if (action === undefined) throw new CliError("usage", `there is no action ${name}`, actions.join(", "));
  const { yes, status, ...rest } = options;
  const { workflow, label, from, to } = rest;
  const query = { workflow, status, label, from, to };
  if (Object.values(query).every((value) => value === undefined)) {
    throw new CliError("usage", "no filter would take every run", "name one, such as --workflow");
  }
  const matched = await countRuns(client, query);
  if (!terminal.json) terminal.line(`${matched} ${matched === 1 ? "run fits" : "runs fit"}`);
  if (yes !== true && !(await agrees(terminal, action, matched))) return exitCode.failed;
  const filter = { ...query, status: status?.split(",") };
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const result = await client.bulk(action, Object.fromEntries(given) as BulkFilter);
  const refused = result.results.filter(({ code }) => code !== null);
  if (terminal.json) terminal.value(stringifyJson(result));
  else {
    terminal.line(`${action}: ${result.matched - refused.length} of ${result.matched}`);
    const rows = refused.map(({ run, code }) => [run, code ?? ""]);
    if (rows.length > 0) for (const line of formatTable(["run", "refused"], rows)) terminal.line(line);
  }
  return refused.length === 0 ? exitCode.completed : exitCode.failed;
}

async function countRuns(client: Client, query: Record<string, string | undefined>): Promise<number> {
  let count = 0;
  for (let cursor: string | undefined; count < countMax; ) {
    const page = await client.listRuns({ ...query, limit: pageRuns, cursor });
    count += page.runs.length;
    if (page.next === null) return count;
    cursor = page.next;
  }
  return countMax;
}

/** Asks on a terminal; elsewhere nobody could answer. */
async function agrees(terminal: Terminal, action: string, matched: number): Promise<boolean> {
  if (!terminal.live || process.stdin.isTTY !== true) {
    throw new CliError("usage", `${action} of ${matched} runs wants to be agreed to`, "add --yes");
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question(`${action} them? (y/N) `);
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}
