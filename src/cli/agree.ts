// Asks whether something that cannot be taken back is meant.

import { createInterface } from "node:readline/promises";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

/** On a terminal; elsewhere nobody could answer. Errors: `usage` there, which names `what` and `--yes`. */
export async function agrees(terminal: Terminal, what: string, question: string): Promise<boolean> {
  if (!terminal.live || process.stdin.isTTY !== true) {
    throw new CliError("usage", `${what} wants to be agreed to`, "add --yes");
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question(`${question} (y/N) `);
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}
