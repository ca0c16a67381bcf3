// `dispatched runs items`, `evaluate` and `export`: what stands in the record of one run.

import type { StepItemResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { openConnection } from "../open-client.ts";
import { readBodyArgument } from "../read-input.ts";
import type { Terminal } from "../terminal.ts";

const statuses = ["pending", "running", "succeeded", "failed", "skipped", "rejected", "cancelled"] as const;

interface ItemsOptions {
  readonly status?: string;
  readonly limit?: string;
}

export async function listItems(
  terminal: Terminal,
  run: string,
  step: string,
  { status: wanted, limit }: ItemsOptions,
): Promise<number> {
  const status = statuses.find((known) => known === wanted);
  if (wanted !== undefined && status === undefined) {
    throw new CliError("usage", `no item is ${wanted}`, statuses.join(", "));
  }
  const { client } = openConnection();
  let from = 0;
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { items, total } = await client.listRunItems(run, step, { status, from, limit: page.limit });
      from += items.length;
      return { rows: items, next: items.length > 0 && from < total ? String(from) : null };
    },
    head: ["item", "status", "attempts", "ended", "error"],
    lines: (items) => items.map(rowOf),
    none: "no items",
  });
}

function rowOf({ item, status, attempts, ended_at, error }: StepItemResource): readonly string[] {
  const ended = ended_at === null ? "" : formatTime(ended_at);
  return [String(item), status, String(attempts), ended, error === null ? "" : error.code];
}

const languages = ["path", "jsonpath", "lua"] as const;

/** The value of an expression over the run as it is: JSON, for programs and people alike. */
export async function evaluate(
  terminal: Terminal,
  run: string,
  expression: string,
  options: { readonly lang?: string },
): Promise<number> {
  const lang = languages.find((known) => known === (options.lang ?? "path"));
  if (lang === undefined) {
    throw new CliError("usage", `--lang is no ${options.lang}`, languages.join(", "));
  }
  const { client } = openConnection();
  const source = /^(@|-$)/.test(expression) ? readBodyArgument(expression) : expression;
  const { value } = await client.evaluate(run, source, lang);
  if (terminal.json) terminal.value(stringifyJson({ value }));
  else terminal.line(stringifyJson(value));
  return exitCode.completed;
}

/** One document, for a file. */
export async function exportRun(
  terminal: Terminal,
  run: string,
  options: { readonly values?: boolean },
): Promise<number> {
  const { client } = openConnection();
  terminal.value(stringifyJson(await client.exportRun(run, options.values !== true)));
  return exitCode.completed;
}
