// Once a rotation has begun nothing more is stored, and nothing started, under a key of before: it would outlive that key.

import type { Broken, History } from "../history.ts";

export function checkStoredKeys({ underEnded }: History): readonly Broken[] {
  return underEnded.map((what) => {
    const run = /^run \S+\/(\S+)/.exec(what)?.[1] ?? null;
    return { promise: "nothing is stored under a key that was replaced before", run, what };
  });
}
