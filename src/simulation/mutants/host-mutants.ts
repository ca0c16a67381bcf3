// Engines that do not spare the hosts that they call.

import type { Mutant } from "./mutant.ts";

const file = "src/engine/host-gate.ts";

export const hostMutants: readonly Mutant[] = [
  {
    name: "one-call-too-many-at-once",
    file,
    patches: [["this.#underWay >= (this.#rule", "this.#underWay > (this.#rule"]],
  },
  {
    name: "rate-of-asking-not-of-sending",
    file,
    patches: [
      ["ticket.window?.come();", "ticket.window?.come(), ticket.window?.begin(this.#clock.now());"],
      [
        '    ticket.state = "sent";\n    ticket.window?.begin(this.#clock.now());',
        '    ticket.state = "sent";',
      ],
    ],
  },
  {
    name: "half-open-lets-all-through",
    file,
    patches: [
      ["if (this.#openUntil !== null) this.#probe = ticket;", ""],
      ["this.#openUntil === null || ticket === this.#probe", "this.#clock.now() >= (this.#openUntil ?? 0)"],
    ],
  },
  {
    name: "rules-of-the-tenant-read-last-for-all",
    file: "src/engine/host-rules.ts",
    patches: [
      [
        "const known = this.#known.get(tenant);\n    return",
        "const known = [...this.#known.values()].at(-1);\n    return",
      ],
      ["return this.#known.get(tenant)?.rules ?? null;", "return this.known(tenant) ?? [];"],
    ],
  },
  {
    name: "changed-rule-holds-for-new-hosts-only",
    file: "src/engine/host-rules.ts",
    patches: [["if (before?.edition !== kept.edition) this.#gates?.follow(tenant, kept.rules);", ""]],
  },
  {
    name: "first-rule-holds-a-moment-late",
    file: "src/engine/host-rules.ts",
    patches: [["      this.#keep(tenant, written);\n", ""]],
  },
  {
    name: "host-open-to-every-workflow",
    file: "src/engine/gated-sending.ts",
    patches: [
      ["this.#called === null ? null : this.#gates.refusal(this.#caller, this.#called)", "null"],
      ["this.#refusal = this.refusalOf(url);", "this.#refusal = null;"],
    ],
  },
  {
    name: "beginning-of-a-name-fits-every-workflow",
    file: "src/engine/allowed-workflows.ts",
    patches: [["workflow.startsWith(one.slice(0, -1))", "true"]],
  },
  {
    name: "breaker-opens-one-failure-late",
    file,
    patches: [["this.#failures < breaker.failures", "this.#failures <= breaker.failures"]],
  },
  {
    name: "sent-call-taken-for-withdrawn",
    file: "src/engine/host-gates.ts",
    patches: [["if (call !== null && sending.hasBegun) return false;", "call?.abort();"]],
  },
];
