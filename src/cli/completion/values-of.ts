// What an option may be given, where that is a choice.

import type { Command, Option } from "commander";

const waits = ["signal", "event", "callback", "timer", "poll"] as const;

const choices: Readonly<Record<string, (parent: string, name: string) => Promise<readonly string[]>>> = {
  "--status": async (_, name) => {
    const { runStatuses, stepStatuses } = await import("../../run/status.ts");
    return name === "items" ? stepStatuses : runStatuses;
  },
  "--doing": async () => ["retrying", ...waits, "overdue"],
  "--kind": async () => waits,
  "--state": async (parent) => {
    const states = ["waiting", "started", "rejected", "expired"];
    return parent === "hook" ? [...states, "refused"] : states;
  },
  "--by": async () => ["key", "hook", "cron", "event"],
  "--lang": async () => ["path", "jsonpath", "lua"],
};

export async function valuesOf(command: Command, { long }: Option): Promise<readonly string[]> {
  const choose = choices[long ?? ""];
  return choose === undefined ? [] : choose(command.parent?.name() ?? "", command.name());
}
