// Sign-in links that open more than they may.

import type { Mutant } from "./mutant.ts";

const links = "src/engine/sign-in-links.ts";

export const linkMutants: readonly Mutant[] = [
  {
    name: "link-opens-again",
    file: links,
    patches: [
      [
        "await this.#store(session, token, row.token, (linked)",
        "await this.#store(session, token, null, (linked)",
      ],
    ],
  },
  {
    name: "link-outlives-its-parent",
    file: links,
    patches: [
      [
        "createdAt: clock.now(),\n        expiresAt,\n        link",
        "createdAt: clock.now(),\n        expiresAt: expiresAt + 3_600_000,\n        link",
      ],
      [
        "return { tenant, createdAt, expiresAt, token };",
        "return { tenant, createdAt, expiresAt: stored.expiresAt, token };",
      ],
    ],
  },
  {
    name: "link-lasts-on",
    file: links,
    patches: [["const expiresAt = Math.min(now + lifetimeMs, endsAt);", "const expiresAt = endsAt;"]],
  },
  {
    name: "ended-session-leaves-its-links",
    file: "src/store/memory/memory-accounts.ts",
    patches: [["|| (link && hex(link.parent) === wanted)", ""]],
  },
];
