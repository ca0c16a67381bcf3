// `dispatched runs items`, `evaluate` and `export`: what stands in the record of one run.

import { ClientError } from "../../client/client-error.ts";
import type { StepItemResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { oneOf } from "../one-of.ts";
import { openConnection } from "../open-client.ts";
import { readBodyArgument } from "../read-input.ts";
import type { Terminal } from "../terminal.ts";
import { withHint } from "../with-hint.ts";

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
  const status = wanted === undefined ? undefined : oneOf("--status", wanted, statuses);
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
  const lang = oneOf("--lang", options.lang ?? "path", languages);
  const { client } = openConnection();
  const source = /^(@|-$)/.test(expression) ? readBodyArgument(expression) : expression;
  if (source.trim() === "") {
    const hint = "such as steps.charge.output, or trigger.body";
    throw new CliError("usage", "the expression is empty", hint);
  }
  const { value } = await client.evaluate(run, source, lang).catch((error: unknown) => {
    throw options.lang === undefined && /^\s*return\b/.test(source) ? asLua(error) : error;
  });
  if (terminal.json) terminal.value(stringifyJson({ value }));
  else terminal.line(stringifyJson(value));
  return exitCode.completed;
}

function asLua(error: unknown): unknown {
  return error instanceof ClientError && error.code === "expression_failed"
    ? withHint(error, "is it Lua? --lang lua")
    : error;
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
