// Epochs of the engine's key: nothing is left under one that is retired, and they go on.

import type { Broken, History } from "../history.ts";

/** Sweeps, pauses and commits on their way when an epoch is over. */
const slackMs = 30_000;

export function checkEpochs({ epochs, faultsEndedAt, endedAt }: History): readonly Broken[] {
  const broken: Broken[] = epochs.stale.map(({ row, epoch, at }) => {
    const what = `${row} is wrapped under ${epoch} at ${at}`;
    return { promise: "nothing is wrapped under an epoch that is retired", run: null, what };
  });
  const quiet = { from: faultsEndedAt + slackMs, until: endedAt };
  const least = Math.floor((quiet.until - quiet.from) / (2 * epochs.lengthMs + slackMs));
  const retired = epochs.retiredAt.filter((at) => at >= faultsEndedAt).length;
  // A session keeps its epoch from being retired until its row is forgotten, long after its end.
  if (retired < least && !epochs.heldBySessions) {
    const what = `${retired} are retired in ${endedAt - faultsEndedAt} ms without faults, not ${least}`;
    broken.push({ promise: "epochs of the engine's key end", run: null, what });
  }
  return broken;
}
