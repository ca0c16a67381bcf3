// `dispatched runs failures`: runs that ended badly, grouped by how.

import type { FailureGroupResource } from "../../client/resources.ts";
import { formatTime } from "../format-time.ts";
import { listRows } from "../list-rows.ts";
import { nothingOf } from "../nothing-of.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

export interface FailureOptions {
  readonly workflow?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

export async function listFailures(terminal: Terminal, options: FailureOptions): Promise<number> {
  const { client } = openConnection();
  const { workflow, from, to, limit } = options;
  return listRows(terminal, {
    limit,
    read: async (page) => {
      const { failures, next } = await client.listFailures({ workflow, from, to, ...page });
      return { rows: failures, next };
    },
    head: ["runs", "last", "workflow", "failed", "fingerprint"],
    lines: (groups) => groups.map(rowOf),
    none: nothingOf(client, workflow, "no failures"),
  });
}

function rowOf(group: FailureGroupResource): readonly string[] {
  const { count, more, last_at, workflow, versions, fingerprint } = group;
  const named = `${workflow} ${versions.map((version) => `v${version}`).join(" ")}`;
  return [`${count}${more ? "+" : ""}`, formatTime(last_at), named, wordsOf(group), fingerprint];
}

function wordsOf({ step, undo, code, status }: FailureGroupResource): string {
  const where = step === null ? "" : `${undo ? "undo of " : ""}${step}: `;
  return `${where}${code ?? "unknown"}${status === null ? "" : ` ${status}`}`;
}
