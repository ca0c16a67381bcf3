// The protocol of epochs: what a node does next about the engine's key, from the rows that all nodes see.

import type { EpochRow, EpochView, NodeRow } from "../ports/epoch-store.ts";

export interface EpochSelf {
  readonly node: string;
  /** The oldest epoch that its key file can make, durably: no earlier one can come back. */
  readonly oldest: number;
}

export interface EpochTiming {
  readonly now: number;
  /** How long an epoch is current: so long, and until it has retired, an older backup can be opened by the engine. */
  readonly retentionMs: number;
}

/**
 * - `report`: say what the key file can make
 * - `abandon`: nobody can make the epoch's key; what is left under it opens for nobody
 * - `begin`: make `next` current, and `after` retiring
 * - `clear`: wrap what is under `epoch` for `to`; when nothing is left, retire it
 * - `ratchet`: give up the keys before `to`
 * - `wait`: until `until` at the latest; null when only other nodes can change something
 */
export type EpochStep =
  | { readonly type: "report"; readonly epoch: number }
  | { readonly type: "abandon"; readonly epoch: number }
  | { readonly type: "begin"; readonly after: number | null; readonly next: number }
  | { readonly type: "clear"; readonly epoch: number; readonly to: number }
  | { readonly type: "ratchet"; readonly to: number }
  | { readonly type: "wait"; readonly until: number | null };

/**
 * The next step of this node. What it says may be outdated when it is done: the store judges each again in its transaction,
 * so two nodes that take the same step do no harm. A file is ratcheted and reported before anything else is done.
 */
export function nextEpochStep(view: EpochView, self: EpochSelf, timing: EpochTiming): EpochStep {
  const mine = view.nodes.find(({ node }) => node === self.node);
  if (mine?.reportedEpoch !== self.oldest) return { type: "report", epoch: self.oldest };
  const living = view.epochs.filter(({ state }) => state !== "retired");
  const dead = living.find(({ epoch }) => isBeyondAll(view.nodes, epoch));
  if (dead !== undefined) return { type: "abandon", epoch: dead.epoch };
  const current = living.find(({ state }) => state === "current");
  if (current === undefined) return { type: "begin", after: null, next: latestOf(view) };
  const lowest = Math.min(...living.map(({ epoch }) => epoch));
  if (lowest > self.oldest) return { type: "ratchet", to: lowest };
  return leadingStep(view, self, timing, current, lowest);
}

function leadingStep(
  view: EpochView,
  self: EpochSelf,
  { now, retentionMs }: EpochTiming,
  current: EpochRow,
  lowest: number,
): EpochStep {
  const leads = leaderOf(view.nodes, lowest, now) === self.node;
  if (lowest < current.epoch) {
    return leads ? { type: "clear", epoch: lowest, to: current.epoch } : { type: "wait", until: null };
  }
  const dueAt = current.begunAt + retentionMs;
  // One that begins later than now was begun by a clock that was wrong.
  if (current.begunAt - retentionMs <= now && now < dueAt) return { type: "wait", until: dueAt };
  return leads
    ? { type: "begin", after: current.epoch, next: current.epoch + 1 }
    : { type: "wait", until: null };
}

/** One of the living nodes that can make the key of `epoch`, the same for all who see the same rows; null when none lives. */
function leaderOf(nodes: readonly NodeRow[], epoch: number, now: number): string | null {
  const able = nodes.filter(({ leaseEndsAt, reportedEpoch }) => leaseEndsAt > now && reportedEpoch <= epoch);
  return able.map(({ node }) => node).sort()[0] ?? null;
}

/** What nobody has used, and every node can make. */
function latestOf({ epochs, nodes }: EpochView): number {
  const used = epochs.map(({ epoch }) => epoch + 1);
  return Math.max(...used, ...nodes.map(({ reportedEpoch }) => reportedEpoch));
}

/**
 * Whether the key of `epoch` is gone for good: every registered node has given it up. What was wrapped under it alone cannot
 * be opened then, also not out of an older backup of the store.
 */
export function isDestroyed({ epochs, nodes }: EpochView, epoch: number): boolean {
  const row = epochs.find((one) => one.epoch === epoch);
  return (row === undefined || row.state === "retired") && isBeyondAll(nodes, epoch);
}

function isBeyondAll(nodes: readonly NodeRow[], epoch: number): boolean {
  return nodes.length > 0 && nodes.every(({ reportedEpoch }) => reportedEpoch > epoch);
}

/** The registered nodes that keep a retired epoch from being destroyed. */
export function laggards({ epochs, nodes }: EpochView): readonly NodeRow[] {
  const retired = epochs.filter(({ state }) => state === "retired").map(({ epoch }) => epoch);
  const last = Math.max(-1, ...retired);
  return nodes.filter(({ reportedEpoch }) => reportedEpoch <= last);
}
