// Engines that let something in beyond a grant, lose or repeat what comes by a hook, or keep what only a grant needed.

import type { Mutant } from "./mutant.ts";

const engine = (file: string) => `src/engine/${file}`;
const store = (file: string) => `src/store/memory/${file}`;

export const doorMutants: readonly Mutant[] = [
  {
    name: "grant-not-ended-by-version",
    file: store("grants.ts"),
    patches: [["highestOf(tables, tenant, name) <= version;", "version < 0;"]],
  },
  {
    name: "granted-waits-all-the-same",
    file: engine("grants.ts"),
    patches: [["return body.triggers.includes(way) ?", "return body.triggers.length < 0 ?"]],
  },
  {
    name: "granted-event-waits",
    file: engine("event-intake.ts"),
    patches: [["const opened = waits ? null :", "const opened = granted !== null || waits ? null :"]],
  },
  {
    name: "granted-due-time-waits",
    file: engine("schedules.ts"),
    patches: [
      [
        "if (admission === null || (granted !== null &&",
        "if (admission === null || granted !== null || (granted !== null &&",
      ],
    ],
  },
  {
    name: "granted-signature-not-judged-at-the-door",
    file: engine("door.ts"),
    patches: [
      ["if (granted !== null && !granted.verify) return null;", "if (granted !== null) return null;"],
    ],
  },
  {
    name: "granted-events-not-opened",
    file: engine("grants.ts"),
    patches: [["...eventsOf(workflow, triggers)", "...eventsOf(workflow, [])"]],
  },
  {
    name: "grant-revoked-still-stands",
    file: store("grants.ts"),
    patches: [['end(this.#tables, row, "revoked", at);', ""]],
  },
  {
    name: "grant-beyond-its-ways",
    file: engine("grants.ts"),
    patches: [["return body.triggers.includes(way) ?", "return way.length > 0 ?"]],
  },
  {
    name: "grant-hosts-forgotten",
    file: engine("door.ts"),
    patches: [["const more = { hosts: granted?.hosts, granted", "const more = { granted"]],
  },
  {
    name: "child-beyond-grant",
    file: engine("errands.ts"),
    patches: [["hosts: parent.state?.created.hosts,", ""]],
  },
  {
    name: "grant-for-another-version",
    file: engine("door.ts"),
    patches: [
      ["return isOther ? null : this.#startNow(", "return this.#startNow("],
      ["granted: granted?.version };", "granted: start.version === null ? granted?.version : undefined };"],
    ],
  },
  {
    name: "grant-never-told",
    file: engine("grants.ts"),
    patches: [["if (tries === 0) await enter(", "if (tries < 0) await enter("]],
  },
  {
    name: "hook-signature-not-judged",
    file: engine("door.ts"),
    patches: [
      [
        "judgeSignature(ports.vault, rule, secret, trigger, receivedAt);",
        '{ delivery: trigger.headers["x-github-delivery"] ?? null, challenge: null };',
      ],
    ],
  },
  {
    name: "waiting-signature-not-judged",
    file: engine("judge-item.ts"),
    patches: [
      [
        "return judgeSignature(ports.vault, rule, secret, trigger, row.receivedAt);",
        'return { delivery: trigger.headers["x-github-delivery"] ?? null, challenge: null };',
      ],
    ],
  },
  {
    name: "delivery-not-named",
    file: engine("door.ts"),
    patches: [["hookKey(id, delivery, key)", "hookKey(id, null, key)"]],
  },
  {
    name: "waiting-delivery-not-named",
    file: engine("judge-item.ts"),
    patches: [["hookKey(row.hook, delivery, key)", "hookKey(row.hook, null, key)"]],
  },
  {
    name: "delivery-answered-before-it-stands",
    file: engine("deliveries.ts"),
    patches: [
      ["      this.#pending.push({ row, content: kept, tries: 0, resolve, reject });", "      resolve();"],
    ],
  },
  {
    name: "delivery-taken-left-out",
    file: engine("door.ts"),
    patches: [
      [
        "await this.deliveries.record(hook, content, { run, item, repeated, reason: null, replayOf });",
        "if (repeated) await this.deliveries.record(hook, content, { run, item, repeated, reason: null, replayOf });",
      ],
    ],
  },
  {
    name: "revoked-hook-still-taken",
    file: store("hooks.ts"),
    patches: [["row.revokedAt === null && hex(row.token)", "hex(row.token)"]],
  },
  {
    name: "hook-not-told",
    file: engine("hooks.ts"),
    patches: [["store.hooks.put(sealed, limits.hooks, append)", "store.hooks.put(sealed, limits.hooks)"]],
  },
  {
    name: "inbox-takes-more-than-may-wait",
    file: "src/engine/inbox.ts",
    patches: [["item.always ? anyRoom : {", "item.always || item.hook === undefined ? anyRoom : {"]],
  },
  {
    name: "hook-takes-more-bytes-than-may-wait",
    file: "src/engine/inbox.ts",
    patches: [["{ ...this.#room, items:", "{ ...this.#room, hookBytes: most, items:"]],
  },
  {
    name: "due-time-refused-by-a-full-inbox",
    file: "src/engine/inbox.ts",
    patches: [["item.always ? anyRoom : {", "item.always === null ? anyRoom : {"]],
  },
  {
    name: "inbox-counts-what-is-settled",
    file: "src/store/memory/inbox.ts",
    patches: [['const waiting = rows.filter(({ state }) => state === "waiting");', "const waiting = rows;"]],
  },
];
