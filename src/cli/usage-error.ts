// A command line that the parser refuses, told as every other error is.

import type { Command, CommanderError } from "commander";
import { CliError } from "./cli-error.ts";

/** Its first line says what is wrong, a second one in parentheses what may have been meant. */
export function usageError(
  { message, code }: CommanderError,
  program: Command,
  args: readonly string[],
): CliError {
  const [what = "", meant] = message.replace(/^error: /, "").split("\n");
  const known = /^\((.*)\)$/.exec(meant ?? "")?.[1]?.replace(/^D/, "d");
  const { command, words } = commandOf(program, args);
  const help = `\`${words.join(" ")} --help\``;
  const more =
    code === "commander.unknownCommand"
      ? `${help} lists ${words.length === 1 ? "all" : "its"} commands`
      : `${help} says what it takes`;
  const hint = valueHint(words, args) ?? bodyHint(command, args) ?? placeHint(what, command, words);
  return new CliError("usage", what, hint ?? known ?? more);
}

/** As far as the words name commands; options may stand before and between. */
function commandOf(program: Command, args: readonly string[]) {
  let command = program;
  const words = [program.name()];
  for (const word of args) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined && (command === program || word.startsWith("-"))) continue;
    if (next === undefined) break;
    command = next;
    words.push(word);
  }
  return { command, words };
}

function valueHint(words: readonly string[], args: readonly string[]): string | null {
  const wantsValue = words.at(-1) === "secret" && ["get", "show", "read", "print"].includes(args[1] ?? "");
  return wantsValue ? "a value is never shown again; `dispatched secret list` shows the names" : null;
}

/** An option that the command has, before the command. */
function placeHint(what: string, { options }: Command, words: readonly string[]): string | null {
  const option = /^unknown option '(--[^'=]+)/.exec(what)?.[1];
  if (!options.some(({ long }) => long === option)) return null;
  return `${option} stands behind the command: \`${words.join(" ")} ${option} …\``;
}

/** A body that stands alone, as other programs take it. */
function bodyHint({ options }: Command, args: readonly string[]): string | null {
  const option = options.find(({ long }) => long === "--body" || long === "--data")?.long;
  if (option === undefined || option === null || args.includes(option)) return null;
  const body = args.find((word) => /^@.|^[{[]/.test(word));
  if (body === undefined) return null;
  return `did you mean ${option} ${body.startsWith("@") ? body : `'${body}'`}?`;
}
