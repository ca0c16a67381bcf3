// Whether a registered node can be forgotten, from one moment's rows.

import type { EpochView, NodeForgotten } from "../ports/epoch-store.ts";

export function judgeForget({ epochs, nodes }: EpochView, node: string, now: number): NodeForgotten {
  const row = nodes.find((one) => one.node === node);
  if (row === undefined) return "unknown";
  if (row.leaseEndsAt > now) return "alive";
  const others = nodes.filter((one) => one !== row);
  // An epoch that nobody can open is abandoned with all that is wrapped under it.
  const isNeeded = epochs.some(
    ({ epoch, state }) => state !== "retired" && others.every(({ reportedEpoch }) => reportedEpoch > epoch),
  );
  return isNeeded ? "needed" : "forgotten";
}
