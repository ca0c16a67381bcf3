// `dispatched templates list`: the examples that the server came with.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export async function listTemplates(terminal: Terminal): Promise<number> {
  const { templates } = await openConnection().client.listTemplates();
  if (terminal.json) {
    for (const one of templates) terminal.value(stringifyJson(one));
    return exitCode.completed;
  }
  const rows = templates.map(({ name, description, hosts, secrets }) => {
    const called = hosts.map(({ host }) => host ?? "(dynamic)");
    return [name, called.join(" "), secrets.join(" "), description ?? ""];
  });
  for (const line of formatTable(["template", "calls", "secrets", "description"], rows)) terminal.line(line);
  return exitCode.completed;
}
