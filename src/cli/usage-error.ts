// A command line that the parser refuses, told as every other error is.

import type { CommanderError } from "commander";
import { CliError } from "./cli-error.ts";

/** Its first line says what is wrong, a second one in parentheses what may have been meant. */
export function usageError({ message, code }: CommanderError, args: readonly string[]): CliError {
  const words = args.filter((word) => /^[a-z][a-z-]*$/.test(word)).slice(0, 2);
  const help = `\`${["dispatched", ...words].join(" ")} --help\``;
  const [what = "", meant] = message.replace(/^error: /, "").split("\n");
  const hint = /^\((.*)\)$/.exec(meant ?? "")?.[1];
  const unknown = code === "commander.unknownCommand";
  const more = unknown ? "`dispatched --help` lists all commands" : `${help} says what it takes`;
  return new CliError("usage", what, hint === undefined ? more : hint.replace(/^D/, "d"));
}
