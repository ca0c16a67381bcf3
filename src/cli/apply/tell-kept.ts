// A workflow of which somebody stored another version since it was shown: it is left as it is, and told.

import type { Client } from "../../client/client.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import type { Terminal } from "../terminal.ts";

/** @param file that holds it; null for what is in no file */
export async function tellKept(
  terminal: Terminal,
  client: Client,
  name: string,
  file: string | null,
): Promise<void> {
  const { version } = await client.getWorkflow(name);
  if (terminal.json) terminal.value(stringifyJson({ file, name, version, status: "kept" }));
  else terminal.line(`kept ${name}: it is at v${version} by now, which nobody was shown`);
}
