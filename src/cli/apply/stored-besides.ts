// Workflows that are stored and that no file of the folder holds: they stay, or are deleted when that is asked for.

import type { Client } from "../../client/client.ts";
import type { ListedWorkflowResource } from "../../client/resources.ts";
import { usesOf } from "../../language/uses-of.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { agrees } from "../agree.ts";
import { nullIfMoved } from "../null-if-moved.ts";
import type { Terminal } from "../terminal.ts";
import type { WorkflowFile } from "../workflow-file.ts";
import { tellKept } from "./tell-kept.ts";

export interface StoredBesides {
  readonly name: string;
  readonly version: number;
  readonly etag: string;
  /** Runs that have not ended, counted up to 1,000. */
  readonly active: number;
  readonly moreActive: boolean;
  /** Workflows of the folder that run it as a child. */
  readonly usedBy: readonly string[];
  /** Those that end with it, where it is to be deleted; null where it stays. */
  readonly ending: Ending | null;
}

interface Ending {
  readonly hooks: number;
  readonly grants: number;
}

/** By their names; those that were deleted are not among them. */
export async function storedBesides(
  client: Client,
  files: readonly WorkflowFile[],
  prune: boolean,
): Promise<readonly StoredBesides[]> {
  const workflows = files.flatMap(({ workflow }) => workflow ?? []);
  const held = new Set(workflows.map(({ name }) => name));
  const users = workflows.map((one) => ({
    name: one.name,
    children: usesOf(one).children.map(({ workflow }) => workflow),
  }));
  const besides: Omit<StoredBesides, "ending">[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.listWorkflows(cursor);
    for (const row of page.workflows) {
      if (held.has(row.name)) continue;
      const usedBy = users.filter(({ children }) => children.includes(row.name)).map(({ name }) => name);
      besides.push({ ...countsOf(row), usedBy });
    }
    if (page.next === null) break;
    cursor = page.next;
  }
  besides.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (!prune || besides.length === 0) return besides.map((one) => ({ ...one, ending: null }));
  const hooks = await liveHooks(client);
  const grants = await liveGrants(client);
  return besides.map((one) => {
    const { name } = one;
    return { ...one, ending: { hooks: hooks.get(name) ?? 0, grants: grants.get(name) ?? 0 } };
  });
}

/** By workflow. */
async function liveHooks(client: Client): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let cursor: string | undefined; ; ) {
    const { hooks, next } = await client.listHooks({ cursor });
    for (const { workflow, revoked_at } of hooks) {
      if (revoked_at === null) counts.set(workflow, (counts.get(workflow) ?? 0) + 1);
    }
    if (next === null) return counts;
    cursor = next;
  }
}

/** By workflow. */
async function liveGrants(client: Client): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let cursor: string | undefined; ; ) {
    const { grants, next } = await client.listGrants({ cursor });
    for (const { workflow, ended_at } of grants) {
      if (ended_at === null) counts.set(workflow, (counts.get(workflow) ?? 0) + 1);
    }
    if (next === null) return counts;
    cursor = next;
  }
}

function countsOf({ name, version, etag, stats }: ListedWorkflowResource) {
  return { name, version, etag, active: stats?.active ?? 0, moreActive: stats?.more_active ?? false };
}

export function tellBesides(terminal: Terminal, extra: StoredBesides, prune: boolean): void {
  const { name, version, active, moreActive, usedBy, ending } = extra;
  if (terminal.json) {
    const counts = prune ? { active, more_active: moreActive, used_by: usedBy, ...ending } : {};
    const action = prune ? "delete" : "keep";
    terminal.value(stringifyJson({ file: null, name, version, from: version, action, diff: "", ...counts }));
    return;
  }
  const { paint } = terminal;
  if (!prune) {
    terminal.line(`? ${name} v${version}  ${paint.dim("is stored, and in no file: it stays")}`);
    return;
  }
  terminal.line(
    `${paint.red("-")} ${name} v${version}  ${paint.dim("is stored, and in no file: it is deleted")}`,
  );
  if (active > 0) {
    const runs = active === 1 ? "run goes on to its end" : "runs go on to their ends";
    terminal.line(`    ${active}${moreActive ? "+" : ""} active ${runs}`);
  }
  const ended = endingWords(ending);
  if (ended !== "")
    terminal.line(`    ${paint.yellow(`it takes ${ended} with it, which no later version brings back`)}`);
  if (usedBy.length > 0) terminal.line(`    ${paint.yellow(`${usedBy.join(", ")} of the folder runs it`)}`);
}

/** Empty for none. */
function endingWords(ending: Ending | null): string {
  if (ending === null) return "";
  const { hooks, grants } = ending;
  return [counted(hooks, "hook"), counted(grants, "grant")].filter(Boolean).join(" and ");
}

function counted(count: number, noun: string): string {
  if (count === 0) return "";
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Whether these may go. Errors: `usage` where nobody can be asked. */
export function agreesToPrune(terminal: Terminal, extras: readonly StoredBesides[]): Promise<boolean> {
  const names = extras
    .map(({ name, ending }) => {
      const ended = endingWords(ending);
      return ended === "" ? name : `${name} with ${ended}`;
    })
    .join(", ");
  const count = `${extras.length} workflow${extras.length === 1 ? "" : "s"}`;
  return agrees(terminal, `deleting ${count} (${names})`, `delete ${count}: ${names}?`);
}

/**
 * Deletes what was told, in its order. One that has another version by now was not told: it is left. Gives whether nothing was
 * left.
 */
export async function deleteBesides(
  terminal: Terminal,
  client: Client,
  told: readonly StoredBesides[],
): Promise<boolean> {
  let whole = true;
  for (const { name, version, etag } of told) {
    const deleted = await client.deleteWorkflow(name, { ifMatch: etag }).catch(nullIfMoved);
    if (deleted !== null) {
      if (terminal.json) terminal.value(stringifyJson({ file: null, name, version, status: "deleted" }));
      else terminal.line(`deleted ${name}; version ${version + 1} takes it back`);
      continue;
    }
    whole = false;
    await tellKept(terminal, client, name, null);
  }
  return whole;
}
