// The epochs of the simulated disk: as slow, refusing and silent as the rest of it.

import type { EpochStore } from "../../ports/epoch-store.ts";
import type { SimDisk } from "./sim-inbox.ts";

/** What the store is asked however quiet it is: epochs of the simulation are short. */
export const epochOps: ReadonlySet<string> = new Set([
  "readEpochs",
  "wrapsOf",
  "beginEpoch",
  "replaceWraps",
  "retireEpoch",
  "abandonEpoch",
  "reportEpoch",
]);

/** `retired` is called whenever an epoch has been retired. */
export function simEpochs(inner: EpochStore, { read, write }: SimDisk, retired: () => void): EpochStore {
  const retire = async (epoch: number) => {
    const isRetired = await inner.retireEpoch(epoch);
    if (isRetired) retired();
    return isRetired;
  };
  return {
    readEpochs: () => read("readEpochs", () => inner.readEpochs()),
    wrapsOf: (epoch, limit) => read("wrapsOf", () => inner.wrapsOf(epoch, limit)),
    beginEpoch: (next, after) => write("beginEpoch", () => inner.beginEpoch(next, after)),
    replaceWraps: (epoch, replacements) =>
      write("replaceWraps", () => inner.replaceWraps(epoch, replacements)),
    retireEpoch: (epoch) => write("retireEpoch", () => retire(epoch)),
    abandonEpoch: (epoch) => write("abandonEpoch", () => inner.abandonEpoch(epoch)),
    forgetNode: (node, now) => write("forgetNode", () => inner.forgetNode(node, now)),
    reportEpoch: (node, epoch) => write("reportEpoch", () => inner.reportEpoch(node, epoch)),
  };
}
