// Takes a node's steps about the engine's key until there is nothing to do for now.

import type { EpochKeys } from "../ports/epoch-keys.ts";
import type { EngineWrap, EpochStore } from "../ports/epoch-store.ts";
import { type EpochStep, nextEpochStep } from "./epochs.ts";
import { advanceAlong, requireCurrentKey } from "./follow-epoch.ts";

export interface EpochPorts {
  readonly store: EpochStore;
  readonly keys: EpochKeys;
  /** The same data key wrapped under another epoch; null when it does not open. */
  rewrap(wrap: EngineWrap, epoch: number): Uint8Array | null;
  now(): number;
}

export interface EpochOptions {
  readonly node: string;
  readonly retentionMs: number;
  /** Whether to leave what is left to another time. */
  readonly isStopped: () => boolean;
}

const batch = 200;
/** Sessions end within an hour: so often is looked whether the last has. */
const lookAgainMaxMs = 60_000;

/**
 * Resolves with the time at which to look again, at the latest. Called at the start, before anything is wrapped or opened.
 * `locked` when the node's chain is not that of the data, or cannot make the current key while other nodes may still.
 */
export async function turnEpochs(ports: EpochPorts, options: EpochOptions): Promise<number> {
  const lookAgainMs = Math.min(lookAgainMaxMs, options.retentionMs);
  for (;;) {
    if (options.isStopped()) return ports.now();
    const view = await ports.store.readEpochs();
    advanceAlong(ports.keys, view);
    const now = ports.now();
    const self = { node: options.node, oldest: ports.keys.oldest };
    const step = nextEpochStep(view, self, { now, retentionMs: options.retentionMs });
    if (step.type === "wait") {
      requireCurrentKey(ports.keys, view);
      return Math.min(step.until ?? Number.POSITIVE_INFINITY, now + lookAgainMs);
    }
    if (!(await take(ports, options, step))) return now + lookAgainMs;
  }
}

/** Whether to go on; false when something has to end first. */
async function take(
  { store, keys, rewrap, now }: EpochPorts,
  { node }: EpochOptions,
  step: Exclude<EpochStep, { readonly type: "wait" }>,
): Promise<boolean> {
  if (step.type === "report") await store.reportEpoch(node, step.epoch);
  if (step.type === "abandon") await store.abandonEpoch(step.epoch);
  if (step.type === "ratchet") keys.ratchetTo(step.to);
  if (step.type === "begin") {
    await store.beginEpoch({ epoch: step.next, keyId: keys.id(step.next), begunAt: now() }, step.after);
  }
  if (step.type !== "clear") return true;
  const wraps = await store.wrapsOf(step.epoch, batch);
  if (wraps.length === 0) return store.retireEpoch(step.epoch);
  await store.replaceWraps(
    step.to,
    wraps.map((wrap) => ({ ...wrap, by: rewrap(wrap, step.to) })),
  );
  return true;
}
