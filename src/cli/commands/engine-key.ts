// `dispatched engine-key`: a fresh chain of the engine's keys, and nodes that do not come back.

import { readConfiguration } from "../../app/configuration.ts";
import { forgetNode as forgetNodeOf } from "../../app/forget-node.ts";
import { reseed as reseedData } from "../../app/reseed.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

export async function reseed(terminal: Terminal, options: { readonly data?: string }): Promise<number> {
  const configuration = readConfiguration(process.env, options);
  const epoch = await reseedData(configuration, Date.now());
  if (terminal.json) terminal.value(stringifyJson({ epoch }));
  else
    terminal.line(`the engine's keys are of a fresh chain from epoch ${epoch} on; make a new backup of it`);
  return exitCode.completed;
}

export async function forgetNode(
  terminal: Terminal,
  node: string,
  options: { readonly data?: string },
): Promise<number> {
  await forgetNodeOf(readConfiguration(process.env, options), node, Date.now());
  if (terminal.json) terminal.value(stringifyJson({ forgotten: node }));
  else terminal.line(`epochs wait no more for ${node}; destroy its key file, and every copy of it`);
  return exitCode.completed;
}
