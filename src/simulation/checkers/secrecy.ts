// No secret's value stands in a durable row.

import type { Broken, History } from "../history.ts";

export function checkSecrecy(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  for (const { value, name } of history.secretWrites) {
    if (value === null) continue;
    const inJson = JSON.stringify(value).slice(1, -1);
    if (history.disk.includes(value) || history.disk.includes(inJson)) {
      broken.push({ promise: "secrecy", run: null, what: `a value of ${name} stands on the disk` });
    }
  }
  return broken;
}
