// Rotations do not keep out what comes meanwhile: what was sealed for the key of before is sealed again.

import type { Broken, History } from "../history.ts";

/** Within this it is, where nothing strikes. */
const againMs = 1_000;
/** What strikes while the refusal is on its way holds up what follows. */
const onItsWayMs = 1_000;

export function checkRefusedKeys(history: History): readonly Broken[] {
  return history.keysRefused.flatMap(({ what, tenant, id, process, at }): readonly Broken[] => {
    if (history.keysTaken.has(id)) return [];
    const { to, opened } = history.lives[process] ?? { to: at, opened: [] };
    if (to !== null && to <= at + againMs) return [];
    // Whoever is signed in by the key of before seals by it until that session is seen to have ended.
    const isOpen = opened.some(
      (span) =>
        span.tenant === tenant && span.from <= at + againMs && (span.to ?? history.endedAt) >= at - againMs,
    );
    if (isOpen || history.strikes.some((strike) => strike >= at - onItsWayMs && strike <= at + againMs))
      return [];
    return [{ promise: "what a rotation met is sealed again", run: what === "run" ? id : null, what: id }];
  });
}
