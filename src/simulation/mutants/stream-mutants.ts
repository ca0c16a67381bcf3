// Streams that miss something, tell it twice, or in another order.

import type { Mutant } from "./mutant.ts";

export const streamMutants: readonly Mutant[] = [
  {
    name: "line-of-deliveries-begins-anew",
    file: "src/engine/deliveries.ts",
    patches: [
      [
        "await this.#feed.next(tenant, seen, untilMs);\n    return look();",
        "await this.#feed.next(tenant, seen, untilMs);\n    return { rows: [], cursor: (await store.deliveries.since(tenant, null, 1)).cursor };",
      ],
    ],
  },
  {
    name: "broken-stream-of-deliveries-repeats",
    file: "src/server/follow-deliveries.ts",
    patches: [["return { id, event:", "return { id: begin, event:"]],
  },
  {
    name: "deliveries-told-newest-first",
    file: "src/store/memory/memory-deliveries.ts",
    patches: [[".sort((a, b) => a.no - b.no)", ".sort((a, b) => b.no - a.no)"]],
  },
  {
    name: "changes-are-lost-while-one-looks",
    file: "src/engine/run-feed.ts",
    patches: [["else watch.changed.add(run);", "else if (watch.wake !== null) watch.changed.add(run);"]],
  },
  {
    name: "changes-are-told-again",
    file: "src/engine/run-feed.ts",
    patches: [["watch.changed = new Set();", "watch.changed = new Set([...changed].slice(1));"]],
  },
  {
    name: "failures-are-not-told",
    file: "src/server/follow-run.ts",
    patches: [["const isTold = fingerprint !== null || mayHaveLeft;", "const isTold = mayHaveLeft;"]],
  },
];
