// `dispatched audit`: what was done with the tenant's data and keys, whether the log of it holds, and the log as a file.

import { writeFileSync } from "node:fs";
import type { AuditEntryResource } from "../../client/resources.ts";
import { permitAuditExport } from "../../client/tenants.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { openConnection } from "../open-client.ts";
import { openDevice } from "../open-device.ts";
import type { Terminal } from "../terminal.ts";

export async function listAudit(terminal: Terminal, { limit }: { readonly limit?: string }): Promise<number> {
  const { client } = openConnection();
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { entries, next } = await client.listAudit(page.cursor, page.limit);
      return { rows: entries, next };
    },
    head: ["entry", "time", "action", "by", "what"],
    lines: (entries) => entries.map(rowOf),
  });
}

function rowOf(entry: AuditEntryResource): readonly string[] {
  return [String(entry.seq), formatTime(entry.at), entry.action, whoOf(entry), whatOf(entry)];
}

function whoOf({ actor, address }: AuditEntryResource): string {
  const { type, id } = actor;
  return [type, id, address].filter((part) => part !== null).join(" ");
}

function whatOf({ fields, texts }: AuditEntryResource): string {
  const parts = Object.entries({ ...texts, ...fields });
  return parts.map(([name, value]) => `${name}=${shown(value)}`).join(" ");
}

function shown(value: string | number | null | readonly string[]): string {
  if (!Array.isArray(value)) return String(value);
  const [first] = value;
  return value.length === 1 ? String(first) : `${first} and ${value.length - 1} more`;
}

/** A file that is there already is not written over. */
function createFile(path: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new CliError(
      "usage",
      `${path} is there already`,
      "name another file: an export is not written over",
    );
  }
}

/** By a handshake: a session that was stolen exports nothing. */
export async function exportAudit(terminal: Terminal, { out }: { readonly out?: string }): Promise<number> {
  const permit = await permitAuditExport(await openDevice());
  const { client } = openConnection();
  let count = 0;
  if (out !== undefined) createFile(out);
  for (let after: number | null = 0; after !== null; ) {
    const page: { readonly lines: readonly string[]; readonly next: number | null } =
      await client.exportAudit(permit, after);
    const text = page.lines.map((line) => `${line}\n`).join("");
    if (out === undefined) terminal.text(text);
    else writeFileSync(out, text, { flag: "a" });
    count += page.lines.length;
    after = page.next;
  }
  if (out === undefined) return exitCode.completed;
  if (terminal.json) terminal.value(stringifyJson({ file: out, entries: count }));
  else terminal.line(`${count} entries in ${out}; \`dispatched audit verify ${out}\` checks them`);
  return exitCode.completed;
}
