// `dispatched event send`: one CloudEvent.

import { randomUUID } from "node:crypto";
import { parseJson } from "../../value/parse-json.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import { readBodyArgument } from "../read-input.ts";
import type { Terminal } from "../terminal.ts";
import { toldOnLoss } from "../told-on-loss.ts";

export interface EventOptions {
  readonly type: string;
  readonly source: string;
  readonly subject?: string;
  readonly id?: string;
  readonly data?: string;
}

function readData(argument: string): string {
  const text = readBodyArgument(argument);
  const parsed = parseJson(text, "ours");
  if (parsed.ok) return text;
  throw new CliError(
    "usage",
    `--data is no JSON: ${parsed.message}`,
    "give JSON text, @file, or - for standard input",
  );
}

export async function sendEvent(terminal: Terminal, options: EventOptions): Promise<number> {
  const { client } = openConnection();
  const { type, source, subject, data } = options;
  const id = options.id ?? randomUUID();
  const attributes = { specversion: "1.0", id, source, type, ...(subject === undefined ? {} : { subject }) };
  const head = JSON.stringify(attributes);
  // The data go as they are: numbers of any size stay exact.
  const event = data === undefined ? head : `${head.slice(0, -1)},"data":${readData(data)}}`;
  const again = `the same again with \`--id ${id}\` is taken once, whether this was or not`;
  const receipt = await toldOnLoss(again, () => client.putEvent(event));
  if (terminal.json) terminal.value(stringifyJson({ ...receipt }));
  else terminal.line(`${receipt.id}  ${receipt.repeated ? "came before" : "taken"}`);
  return exitCode.completed;
}
