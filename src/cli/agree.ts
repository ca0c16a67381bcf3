// Asks whether something that cannot be taken back is meant.

import { createInterface } from "node:readline/promises";
import { shownText } from "../value/shown-text.ts";
import { CliError } from "./cli-error.ts";
import { interruptedCode } from "./saying-on-interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** On a terminal; elsewhere nobody could answer. Errors: `usage` there, which names `what` and `--yes`. */
export async function agrees(terminal: Terminal, what: string, question: string): Promise<boolean> {
  if (!terminal.live || process.stdin.isTTY !== true) {
    throw new CliError("usage", `${what} wants to be agreed to`, "add --yes");
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await new Promise<string>((resolve) => {
    ask.once("SIGINT", () => {
      process.stderr.write("\n");
      process.exit(interruptedCode);
    });
    // The end of the input is no agreement either.
    ask.once("close", () => resolve(""));
    void ask.question(`${shownText(question)} (y/N) `).then(resolve, () => resolve(""));
  });
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}
