// Engines that break a promise about tenants whose keys are not at hand: what goes on alone, and what is opened to that end.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;
const store = (file: string) => `src/store/memory/${file}`;

export const lockedMutants: readonly Mutant[] = [
  {
    name: "inbox-item-started-twice",
    file: engine("judge-item.ts"),
    patches: [
      ["const by = { item: row.no, keyDecides", "const by = { keyDecides"],
      [
        'return repeated ? { state: "started", run, reason: null } : null;',
        'return { state: "started", run, reason: null };',
      ],
    ],
  },
  {
    name: "inbox-item-lost",
    file: engine("inbox.ts"),
    patches: [
      [
        "const put = await store.inbox.put(item, room);",
        'store.inbox.put(item, room).catch(() => {});\n    const put: { type: "waiting" | "repeated" | "full" | "bytes_full"; id: typeof item.id } = { type: "waiting", id: item.id };',
      ],
    ],
  },
  {
    name: "inbox-out-of-order",
    file: engine("inbox.ts"),
    patches: [
      [
        "for (const row of rows) {\n        if (this.#stopped",
        "for (const row of [...rows].reverse()) {\n        if (this.#stopped",
      ],
    ],
  },
  {
    name: "live-key-kept-after-end",
    file: store("append.ts"),
    patches: [["birth: closes ? { ...birth, live: null } :", "birth: closes ? birth :"]],
  },
  {
    name: "kept-root-not-live",
    file: store("kept-runs.ts"),
    patches: [["if (live !== null) runs.set(key,", "if (key === run && live !== null) runs.set(key,"]],
  },
  {
    name: "kept-root-closed-early",
    file: store("append.ts"),
    patches: [
      ["const keeps = ended ? []", "const keeps = ended || record !== undefined ? []"],
      ["if (ended && record !== undefined) releaseRuns", "if (record !== undefined) releaseRuns"],
    ],
  },
  {
    name: "kept-root-stays-open",
    file: store("append.ts"),
    patches: [
      ["if (ended && record !== undefined) releaseRuns", "if (ended && record === null) releaseRuns"],
    ],
  },
  {
    name: "live-secret-kept",
    file: store("live.ts"),
    patches: [["close(tables.secrets, needed) +", ""]],
  },
  {
    name: "live-event-kept",
    file: store("live.ts"),
    patches: [[" + closeIncoming(tables, needed)", ""]],
  },
  {
    name: "attended-gets-live-key",
    file: engine("run-log.ts"),
    patches: [["live: under === null && !attended", "live: under === null"]],
  },
  {
    name: "definition-not-made-live",
    file: store("append.ts"),
    patches: [["if (needsLive && !isLive", "if (needsLive && fence < 0 && !isLive"]],
  },
  {
    name: "child-definition-not-made-live",
    file: engine("live-records.ts"),
    patches: [["reached.add(child);", "if (child === definition) reached.add(child);"]],
  },
  {
    name: "replaced-secret-not-live",
    file: engine("secrets.ts"),
    patches: [['"key"), { live: true });', '"key"), { live: version === 1 });']],
  },
  {
    name: "locked-run-not-awaited",
    file: engine("run-loader.ts"),
    patches: [["      if (!this.#host.keys.await(row)) this.later(row.tenant, row.run);\n      else", ""]],
  },
  {
    name: "attended-claimed-while-locked",
    file: store("claim.ts"),
    patches: [["!birth.attended || open.includes", "!birth.attended || open.length >= 0 || open.includes"]],
  },
  {
    name: "locked-secret-fails-its-step",
    file: engine("secret-values.ts"),
    patches: [["    if (isLocked(error)) throw error;\n", ""]],
  },
  {
    name: "locked-child-not-started",
    file: engine("errands.ts"),
    patches: [
      [
        "if (!isRefusal(error)) throw error;\n      const { code",
        "if (!isRefusal(error) && !isLocked(error)) throw error;\n      const { code",
      ],
    ],
  },
  {
    name: "child-not-under-root",
    file: engine("start-run.ts"),
    patches: [
      ["{ attended, under: root?.key ?? null }", "{ attended: attended || root !== null, under: null }"],
    ],
  },
  {
    name: "event-not-kept-live",
    file: engine("incoming.ts"),
    patches: [["{ live: true }", "{ live: false }"]],
  },
  {
    name: "undone-again-not-live",
    file: engine("propose.ts"),
    patches: [["? wrapRunKey(vault, tenant, id, key) : null", "? null : null"]],
  },
  {
    name: "new-version-not-followed",
    file: engine("live-records.ts"),
    patches: [["if (row?.live != null) await", "if (row === null) await"]],
  },
  {
    name: "attended-child-forgets-its-root",
    file: engine("start-run.ts"),
    patches: [["root?.attended ??", ""]],
  },
  {
    name: "spins-on-what-is-locked",
    file: engine("is-locked.ts"),
    patches: [["lockedRetryMs = 5_000", "lockedRetryMs = 20"]],
  },
];
