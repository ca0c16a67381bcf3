// Takes a node's steps about the engine's key until there is nothing to do for now.

import type { EpochKeys } from "../ports/epoch-keys.ts";
import type { EngineWrap, EpochStore, EpochView } from "../ports/epoch-store.ts";
import { DispatchedError } from "../value/problem.ts";
import { type EpochStep, nextEpochStep } from "./epochs.ts";

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
}

const batch = 200;
/** Sessions end within an hour: so often is looked whether the last has. */
const lookAgainMs = 60_000;

/**
 * Resolves with the time at which to look again, at the latest. Called at the start, before anything is wrapped or opened.
 * `locked` when the node's chain is not that of the data, or cannot make the current key while other nodes may still.
 */
export async function turnEpochs(ports: EpochPorts, options: EpochOptions): Promise<number> {
  for (;;) {
    const view = await ports.store.readEpochs();
    requireOurChain(ports.keys, view);
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

function requireOurChain(keys: EpochKeys, { epochs }: EpochView): void {
  for (const { epoch, state, keyId } of epochs) {
    if (state === "retired" || epoch < keys.oldest) continue;
    keys.advanceTo(epoch);
    const ours = keys.id(epoch);
    if (ours.length !== keyId.length || ours.some((byte, index) => byte !== keyId[index])) {
      throw locked("The engine's key file has another chain than the data.");
    }
  }
}

function requireCurrentKey(keys: EpochKeys, { epochs }: EpochView): void {
  const current = epochs.find(({ state }) => state === "current");
  if (current !== undefined && current.epoch < keys.oldest) {
    throw locked("The engine's key file is later than the data, and other nodes may still open them.");
  }
}

function locked(message: string): DispatchedError {
  return new DispatchedError("locked", message, {
    hint: "Put back the key file that belongs to these data; `dispatched doctor` shows its epoch.",
  });
}
