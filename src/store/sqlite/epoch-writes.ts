// Writes of the epochs of the engine's key, each judged in its transaction.

import type { Database } from "better-sqlite3";
import type { EpochRow, EpochState, NodeForgotten, WrapReplacement } from "../../ports/epoch-store.ts";
import { judgeForget } from "../judge-forget.ts";
import { prepareFindWraps, prepareReplaceWrap } from "./engine-wraps.ts";
import type { EpochFence } from "./epoch-fence.ts";
import { EpochReads } from "./epoch-reads.ts";

export type EpochWrite =
  | { readonly op: "beginEpoch"; readonly next: Omit<EpochRow, "state">; readonly after: number | null }
  | {
      readonly op: "replaceWraps";
      readonly epoch: number;
      readonly replacements: readonly WrapReplacement[];
    }
  | { readonly op: "retireEpoch"; readonly epoch: number }
  | { readonly op: "abandonEpoch"; readonly epoch: number }
  | { readonly op: "reportEpoch"; readonly node: string; readonly epoch: number }
  | { readonly op: "forgetNode"; readonly node: string; readonly now: number };

/** Of wraps that nobody can open any more, dropped at once. */
const dropMax = 1_000;

interface SqlEpoch {
  readonly epoch: number;
  readonly state: EpochState;
  readonly key_id: Uint8Array;
}

export function prepareEpochs(database: Database, fence: EpochFence): (write: EpochWrite) => unknown {
  const all = database.prepare<[], SqlEpoch>("SELECT epoch, state, key_id FROM epoch");
  const one = database.prepare<[number], SqlEpoch>("SELECT epoch, state, key_id FROM epoch WHERE epoch = ?");
  const insert = database.prepare(
    "INSERT INTO epoch (epoch, state, key_id, begun_at) VALUES (?, 'current', ?, ?)",
  );
  const mark = database.prepare<[EpochState, number]>("UPDATE epoch SET state = ? WHERE epoch = ?");
  const report = database.prepare(
    "INSERT INTO node (name, epoch) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch",
  );
  const earliest = database.prepare<[], number | null>("SELECT min(epoch) FROM node").pluck();
  const hasSession = database.prepare<[number]>("SELECT 1 FROM session WHERE epoch = ? LIMIT 1").pluck();
  const dropSessions = database.prepare<[number]>("DELETE FROM session WHERE epoch = ?");
  const remove = database.prepare<[string]>("DELETE FROM node WHERE name = ?");
  const reads = new EpochReads(database);
  const find = prepareFindWraps(database);
  const replace = prepareReplaceWrap(database);

  function begin({ epoch, keyId, begunAt }: Omit<EpochRow, "state">, after: number | null): boolean {
    const rows = all.all();
    const current = rows.find(({ state }) => state === "current")?.epoch ?? null;
    const isRetiring = rows.some(({ state }) => state === "retiring");
    if (current !== after || isRetiring || rows.some((row) => row.epoch >= epoch)) return false;
    if (after !== null) mark.run("retiring", after);
    insert.run(epoch, keyId, begunAt);
    return true;
  }

  function retire(epoch: number): boolean {
    const row = one.get(epoch);
    if (row?.state !== "retiring" || hasSession.get(epoch) !== undefined) return false;
    if (find(row.key_id, 1).length > 0) return false;
    mark.run("retired", epoch);
    return true;
  }

  function abandon(epoch: number): boolean {
    const row = one.get(epoch);
    const reported = earliest.get() ?? null;
    if (row === undefined || reported === null || reported <= epoch) return false;
    for (let left = find(row.key_id, dropMax); left.length > 0; left = find(row.key_id, dropMax)) {
      for (const wrap of left) replace({ ...wrap, by: null });
    }
    dropSessions.run(epoch);
    mark.run("retired", epoch);
    return true;
  }

  function forget(node: string, now: number): NodeForgotten {
    const result = judgeForget(reads.view(), node, now);
    if (result === "forgotten") remove.run(node);
    return result;
  }

  return (write) => {
    if (write.op === "forgetNode") return forget(write.node, write.now);
    if (write.op === "reportEpoch") return void report.run(write.node, write.epoch);
    if (write.op === "replaceWraps") {
      if (!fence.isCurrent(write.epoch)) return false;
      for (const replacement of write.replacements) replace(replacement);
      return true;
    }
    fence.forget();
    if (write.op === "beginEpoch") return begin(write.next, write.after);
    return write.op === "retireEpoch" ? retire(write.epoch) : abandon(write.epoch);
  };
}
