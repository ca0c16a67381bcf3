// After a rotation every record is readable, by the tenant's current key and by no key of before.

import type { Broken, History } from "../history.ts";

export function checkKeys({ keys, rotationsUnderWay }: History): readonly Broken[] {
  const stuck = Array.from({ length: rotationsUnderWay }, (): Broken => {
    return { promise: "a rotation ends when its tenant is signed in", run: null, what: "one does not" };
  });
  const broken = keys.flatMap(({ what, generation, current, oldest, opens }): readonly Broken[] => {
    const old = generation < oldest && rotationsUnderWay === 0;
    return [
      ...(old
        ? [
            {
              promise: "after a rotation no record is of a key before",
              run: null,
              what: `${what} is of generation ${generation}, not ${current}`,
            },
          ]
        : []),
      ...(opens ? [] : [{ promise: "a record opens by its own data key", run: null, what }]),
    ];
  });
  return [...stuck, ...broken];
}
