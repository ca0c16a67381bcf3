// What storing one file would change, and how that is shown.

import { diff } from "node:util";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { WorkflowResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import type { Terminal } from "../terminal.ts";
import type { WorkflowFile } from "../workflow-file.ts";

export interface WorkflowChange {
  readonly file: WorkflowFile;
  readonly name: string;
  readonly version: number;
  /**
   * `behind`: a higher version is stored, and stays in force whatever becomes of the file. `deleted`: the workflow was deleted, and
   * the file's version is not above its highest.
   */
  readonly action: "create" | "update" | "same" | "behind" | "conflict" | "deleted";
  /** The highest stored version. */
  readonly from: number | null;
  /** Of that version, as it was when this was asked; null for none. */
  readonly etag: string | null;
  /** `-` and `+` lines with two lines around them, and a line with `\` where line ends differ. */
  readonly diff: readonly string[];
}

const linesAround = 2;

export async function changeOf(client: Client, file: WorkflowFile): Promise<WorkflowChange> {
  const { name = "", version = 0 } = file.workflow ?? {};
  const highest = await storedOf(client, name);
  const base = { file, name, version, from: highest?.version ?? null, etag: highest?.etag ?? null };
  if (highest === null) return { ...base, action: "create", diff: [] };
  if (highest.deleted_at !== null && version <= highest.version) {
    return { ...base, action: "deleted", diff: [] };
  }
  const lines = diffOf(highest.text ?? "", file.text);
  if (highest.version < version) return { ...base, action: "update", diff: lines };
  if (highest.version > version) return { ...base, action: "behind", diff: lines };
  return { ...base, action: highest.text === file.text ? "same" : "conflict", diff: lines };
}

/** Whether the file cannot be stored, or would not be in force then. */
export function isRefused({ action }: WorkflowChange): boolean {
  return action === "behind" || action === "conflict" || action === "deleted";
}

/** The highest version. */
async function storedOf(client: Client, name: string): Promise<WorkflowResource | null> {
  try {
    return await client.getWorkflow(name);
  } catch (error) {
    if (error instanceof ClientError && error.status === 404) return null;
    throw error;
  }
}

/** Lines that go and lines that come, with some of what is around them; how lines end is told apart from what they say. */
function diffOf(before: string, after: string): readonly string[] {
  const [stored, given] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  // Of node: -1 is what the second has more, 1 what it lacks.
  const lines = diff(stored, given) as readonly (readonly [number, string])[];
  const near = (index: number) =>
    lines.slice(Math.max(0, index - linesAround), index + linesAround + 1).some(([kind]) => kind !== 0);
  const signs: Readonly<Record<string, string>> = { "-1": "+", "0": " ", "1": "-" };
  const shown = lines.flatMap(([kind, line], index) => {
    const sign = signs[String(kind)] ?? "";
    if (!near(index)) return [];
    return [line === "" ? sign.trimEnd() : `${sign} ${line}`];
  });
  return [...shown, ...lineEndsTold(before, after, shown.length === 0)];
}

function lineEndsTold(before: string, after: string, isAll: boolean): readonly string[] {
  const [stored, given] = [lineEndsOf(before), lineEndsOf(after)];
  if (before === after || (stored === given && !isAll)) return [];
  return [
    `\\ ${isAll ? "only the line ends differ" : "the line ends differ, too"}: stored ${stored}, in the file ${given}`,
  ];
}

function lineEndsOf(text: string): string {
  const ends = text.match(/\r?\n/g) ?? [];
  const windows = ends.filter((end) => end === "\r\n").length;
  if (windows === 0) return "LF";
  return windows === ends.length ? "CRLF" : "LF and CRLF";
}

/** What nobody sees may be all that differs in a line: blanks at its end, or a byte order mark. */
function withUnseenShown(line: string): string {
  if (!/^[-+] /.test(line)) return line;
  const text = line.slice(2).replace("\ufeff", "\\ufeff");
  return line.slice(0, 2) + text.replace(/[ \t]+$/, (blanks) => "·".repeat(blanks.length));
}

export function tellChange(
  terminal: Terminal,
  { file, name, version, action, from, diff: lines }: WorkflowChange,
): void {
  if (terminal.json) {
    terminal.value(stringifyJson({ file: file.file, name, version, from, action, diff: lines.join("\n") }));
    return;
  }
  const { paint } = terminal;
  const refused = paint.red("!");
  const marks = {
    create: paint.green("+"),
    update: paint.yellow("~"),
    same: "=",
    behind: paint.red("<"),
    conflict: refused,
    deleted: refused,
  };
  const text = {
    create: `${name} v${version}  new`,
    update: `${name} v${from} -> v${version}`,
    same: `${name} v${version}`,
    behind: `${name} v${version}  v${from} stays in force: raise \`version\` above it`,
    conflict: `${name} v${version}  is stored with other content`,
    deleted: `${name} v${version}  was deleted at v${from}`,
  };
  terminal.line(`${marks[action]} ${text[action]}  ${paint.dim(file.file)}`);
  for (const line of lines) {
    const colour = line.startsWith("+") ? paint.green : line.startsWith("-") ? paint.red : paint.dim;
    terminal.line(`    ${colour(withUnseenShown(line))}`);
  }
}
