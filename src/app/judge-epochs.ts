// What the doctor says about epochs of the engine's key.

import { laggards } from "../engine/epochs.ts";
import type { EpochView } from "../ports/epoch-store.ts";

export interface Finding {
  /** `warning`: it works, but keeps less than is promised. `problem`: it does not start, or others can read the keys. */
  readonly level: "warning" | "problem";
  readonly message: string;
  readonly hint: string | null;
}

/** @param keyEpoch the oldest epoch that the key file here can make; null when that is not known */
export function judgeEpochs(view: EpochView, keyEpoch: number | null, now: number): readonly Finding[] {
  const findings: Finding[] = [];
  // A node that runs gives up its keys within a minute.
  for (const { node, reportedEpoch, leaseEndsAt } of laggards(view)) {
    if (leaseEndsAt > now) continue;
    findings.push({
      level: "warning",
      message: `the node ${node} is down and has the keys from epoch ${reportedEpoch} on, of which some are retired`,
      hint: `start it: until then older backups can be opened with its key file; if it is gone for good, destroy that file and run \`dispatched engine-key forget-node ${node}\``,
    });
  }
  const living = view.epochs.filter(({ state }) => state !== "retired").map(({ epoch }) => epoch);
  const lost = living.filter((epoch) => keyEpoch !== null && epoch < keyEpoch);
  if (lost.length > 0) {
    findings.push({
      level: "warning",
      message: `the key file is later than the data: it cannot make the keys of epoch ${lost.join(", ")}`,
      hint: "put back the key file that belongs to these data before the server starts, or runs wait until their tenant signs in; after `dispatched engine-key reseed` it is as it should be: start the server, and never put the old file back",
    });
  }
  return findings;
}
