// What a handler answers, if the caller's session lasts until then: it is judged again while it is waited for.

import type { Clock } from "../ports/clock.ts";
import type { ApiAnswer } from "./api-request.ts";
import { beatMs } from "./event-stream.ts";

/**
 * Whoever waits is refused within a beat of the session's end; nothing is told that was not judged at that moment.
 * @param judge throws when the session has ended. Errors: its own, and those of `answer`.
 */
export async function whileSignedIn(
  clock: Clock,
  judge: () => Promise<unknown>,
  answer: Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  for (;;) {
    const given = await withinBeat(clock, answer);
    await judge();
    if (given !== null) return given;
  }
}

/** Null when it takes longer. */
function withinBeat(clock: Clock, answer: Promise<ApiAnswer>): Promise<ApiAnswer | null> {
  return new Promise((resolve, reject) => {
    const drop = clock.wakeAt(clock.now() + beatMs, () => resolve(null));
    answer.then(resolve, reject).finally(drop);
  });
}
