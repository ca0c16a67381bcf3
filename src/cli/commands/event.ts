// `dispatched event send`: one CloudEvent.

import { randomUUID } from "node:crypto";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { readJsonArgument } from "../json-argument.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";
import { toldOnLoss } from "../told-on-loss.ts";

export interface EventOptions {
  readonly type: string;
  readonly source: string;
  readonly subject?: string;
  readonly id?: string;
  readonly data?: string;
}

export async function sendEvent(terminal: Terminal, options: EventOptions): Promise<number> {
  const { client } = openConnection();
  const { type, source, subject, data } = options;
  const id = options.id ?? randomUUID();
  const attributes = { specversion: "1.0", id, source, type, ...(subject === undefined ? {} : { subject }) };
  const head = JSON.stringify(attributes);
  // The data go as they are: numbers of any size stay exact.
  const event =
    data === undefined ? head : `${head.slice(0, -1)},"data":${readJsonArgument("--data", data)}}`;
  const again = `the same again with \`--id ${id}\` is taken once, whether this was or not`;
  const receipt = await toldOnLoss(again, () => client.putEvent(event));
  if (terminal.json) terminal.value(stringifyJson({ ...receipt }));
  else terminal.line(`${receipt.id}  ${receipt.repeated ? "came before" : "taken"}`);
  return exitCode.completed;
}
