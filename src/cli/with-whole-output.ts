// A run with its output whole, however large it is.

import type { Client } from "../client/client.ts";
import type { RunResource } from "../client/resources.ts";
import type { Json } from "../value/json.ts";
import { placeInJson } from "../value/place-in-json.ts";

/** What stands apart of the output is read and put in its place; the other large members stay in `stored`. */
export async function withWholeOutput(client: Client, run: RunResource): Promise<RunResource> {
  const ofOutput = run.stored.filter(({ pointer }) => /^\/output(\/|$)/.test(pointer));
  let whole: Json = { output: run.output };
  for (const { pointer, body } of ofOutput) {
    whole = placeInJson(whole, pointer, await client.getRunBody(run.id, body));
  }
  const { output } = whole as { readonly output: Json };
  return { ...run, output, stored: run.stored.filter((one) => !ofOutput.includes(one)) };
}
