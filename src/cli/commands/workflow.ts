// `dispatched workflow`: get, list, versions, delete: what is stored, without the language that reads documents.

import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { openConnection } from "../open-client.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export async function getWorkflow(
  terminal: Terminal,
  name: string,
  options: { readonly version?: string },
): Promise<number> {
  const { client } = openConnection();
  const workflow = await client.getWorkflow(name, options.version);
  if (terminal.json) terminal.value(stringifyJson({ ...workflow, text: workflow.text ?? "" }));
  else terminal.text(workflow.text ?? "");
  return exitCode.completed;
}

export async function deleteWorkflow(
  terminal: Terminal,
  name: string,
  options: { readonly ifMatch?: string },
): Promise<number> {
  const { client } = openConnection();
  const deleted = await client.deleteWorkflow(name, options);
  if (terminal.json) terminal.value(stringifyJson(deleted));
  else
    terminal.line(
      `${name} is deleted: nothing new starts by it; version ${deleted.version + 1} takes it back`,
    );
  return exitCode.completed;
}

export async function listWorkflows(terminal: Terminal): Promise<number> {
  const { client } = openConnection();
  const rows: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listWorkflows(cursor);
    for (const one of page.workflows) {
      if (terminal.json) terminal.value(stringifyJson(one));
      rows.push([one.name, `v${one.version}`, formatTime(one.created_at), one.description ?? ""]);
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (terminal.json) return exitCode.completed;
  if (rows.length === 0) terminal.line("no workflows yet; `dispatched workflow put FILE` stores one");
  else
    for (const line of formatTable(["workflow", "version", "stored", "description"], rows))
      terminal.line(line);
  return exitCode.completed;
}

export async function listVersions(terminal: Terminal, name: string): Promise<number> {
  const { client } = openConnection();
  const rows: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listVersions(name, cursor);
    for (const one of page.versions) {
      if (terminal.json) terminal.value(stringifyJson(one));
      rows.push([`v${one.version}`, formatTime(one.created_at), one.description ?? ""]);
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (terminal.json) return exitCode.completed;
  for (const line of formatTable(["version", "stored", "description"], rows)) terminal.line(line);
  return exitCode.completed;
}
