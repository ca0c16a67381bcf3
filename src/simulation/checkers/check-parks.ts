// A run that waits leaves memory within the park time when nothing else holds it.

import type { Broken, History } from "../history.ts";

export function checkParks({ overstayed }: History): readonly Broken[] {
  return overstayed.map(({ run, since, dueAt }) => {
    const what = `held since ${since}, and due ${dueAt === null ? "never" : `at ${dueAt}`}`;
    return { promise: "a run that waits leaves memory", run, what };
  });
}
