// Goes along with the epochs that the store knows: wraps are made under the one that is current there.

import type { EpochKeys } from "../ports/epoch-keys.ts";
import type { EpochView } from "../ports/epoch-store.ts";
import { DispatchedError } from "../value/problem.ts";
import type { EnginePorts } from "./ports.ts";
import { sameBytes } from "./same-bytes.ts";

/**
 * For when the store refused a wrap (`stale_epoch`): it is to be made again afterwards. Errors: `locked`, and
 * `store_unavailable` while no epoch is current.
 */
export async function followEpoch({ store, vault }: Pick<EnginePorts, "store" | "vault">): Promise<void> {
  const view = await store.epochs.readEpochs();
  advanceAlong(vault.epochs, view);
  requireCurrentKey(vault.epochs, view);
  if (view.epochs.some(({ state }) => state === "current")) return;
  throw new DispatchedError("store_unavailable", "no epoch of the engine's key is current", {
    retryable: true,
  });
}

/** Makes the keys known that are needed. Errors: `locked` when they are of another chain than the data. */
export function advanceAlong(keys: EpochKeys, { epochs }: EpochView): void {
  for (const { epoch, state, keyId } of epochs) {
    if (state === "retired" || epoch < keys.oldest) continue;
    keys.advanceTo(epoch);
    const ours = keys.id(epoch);
    if (!sameBytes(ours, keyId)) throw locked("The engine's key file has another chain than the data.");
  }
}

/** Errors: `locked` when the current key was given up here. */
export function requireCurrentKey(keys: EpochKeys, { epochs }: EpochView): void {
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
