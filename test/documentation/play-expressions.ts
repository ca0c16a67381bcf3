// Evaluates a table of expressions on a real engine: each row is a step of one workflow.

import assert from "node:assert/strict";
import { stringifyJson } from "../../src/value/stringify-json.ts";
import { ended } from "../process/until.ts";
import type { ExpressionTable } from "./examples-of.ts";
import type { Stage } from "./play-example.ts";

export async function playExpressions(
  { engine }: Stage,
  table: ExpressionTable,
  number: number,
): Promise<void> {
  const rows = table.rows.map(([text = "", value = ""]) => ({ text: codeOf(text), value }));
  const name = `expressions-${number}`;
  const steps = rows.map(({ text }, index) => [
    `r${index}`,
    { value: templateOf(table, text), on_error: "continue" },
  ]);
  const output = rows.map((_, index) => ({
    value: `{{ steps.r${index}.output }}`,
    code: `{{ steps.r${index}.error.code }}`,
  }));
  const document = {
    name,
    version: 1,
    triggers: [{ type: "http" }],
    steps: Object.fromEntries(steps),
    output,
  };
  await engine.client.putWorkflow(name, JSON.stringify(document), "json");
  const { run: id } = await engine.client.startRun(name, { body: table.body });
  const run = await ended(engine.client, id);
  const found = run.output as unknown as readonly { readonly value: never; readonly code: string | null }[];
  assert.ok(Array.isArray(found), JSON.stringify(run));
  const shown = rows.map(({ text }, index) => {
    const row = found[index];
    return `${text} → ${row?.code == null ? stringifyJson(row?.value ?? null) : `fails ${row.code}`}`;
  });
  assert.deepEqual(
    shown,
    rows.map(({ text, value }) => `${text} → ${expectedOf(value)}`),
  );
}

function codeOf(cell: string): string {
  return /^`+ ?(.*?) ?`+$/.exec(cell)?.[1] ?? cell;
}

/** The language of an expression shows: `$` begins JSONPath, `return` begins Lua. */
function templateOf({ kind }: ExpressionTable, text: string): unknown {
  if (kind === "template") return JSON.parse(text);
  if (text.startsWith("$")) return { expr: text, lang: "jsonpath" };
  return { expr: text, lang: text.startsWith("return ") ? "lua" : "path" };
}

/** `` `JSON` ``, or `fails: [code](…)`. */
function expectedOf(cell: string): string {
  const code = /^fails: \[(\w+)\]/.exec(cell)?.[1];
  return code === undefined ? JSON.stringify(JSON.parse(codeOf(cell))) : `fails ${code}`;
}
