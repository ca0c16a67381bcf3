// `dispatched workflow uses`: the hosts, secrets, workflows and events that a stored workflow names.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { versionOf } from "../version-of.ts";

export async function workflowUses(
  terminal: Terminal,
  name: string,
  options: { readonly version?: string },
): Promise<number> {
  const { client } = openConnection();
  const uses = await client.workflowUses(name, versionOf(options.version));
  if (terminal.json) {
    terminal.value(stringifyJson(uses));
    return exitCode.completed;
  }
  const { hosts, secrets, children, events } = uses;
  const missing = terminal.paint.red("not there");
  const rows = [
    ...hosts.map((used) => ["host", used.origin ?? "decided by a value", used.steps.join(", "), ""]),
    ...secrets.map((used) => ["secret", used.name, "", used.exists ? "" : missing]),
    ...children.map((used) => [
      "workflow",
      used.version === null ? used.workflow : `${used.workflow} v${used.version}`,
      used.steps.join(", "),
      used.exists ? "" : missing,
    ]),
    ...events.map((used) => ["event", used.type, used.steps.join(", "), used.starts ? "starts it" : ""]),
  ];
  terminal.line(`${terminal.paint.bold(uses.name)} v${uses.version}`);
  if (rows.length === 0) terminal.line("it names no host, secret, workflow or event");
  else for (const line of formatTable(["uses", "name", "in steps", ""], rows)) terminal.line(line);
  return exitCode.completed;
}
