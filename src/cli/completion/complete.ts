// What may stand next on a command line: commands and options from the tree, names from the server while signed in.

import type { Command, Option } from "commander";
import type { NameKind } from "./ask-names.ts";
import { valuesOf } from "./values-of.ts";

/** What an argument names, by the word in the command's usage. */
const kinds: Readonly<Record<string, NameKind>> = {
  workflow: "workflow",
  name: "workflow",
  "file-or-name": "workflow",
  run: "run",
  template: "template",
  for: "workflow",
};

/**
 * Candidates for the last of `words`, which may be empty; the words before it are whole. Never fails: what is not known
 * has none, and then the shell completes files.
 */
export async function complete(program: Command, words: readonly string[]): Promise<readonly string[]> {
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  let command = program;
  const given: string[] = [];
  let awaited: Option | null = null;
  for (const word of before) {
    if (awaited !== null) awaited = null;
    else if (word.startsWith("-")) awaited = valueOption(command, word);
    else {
      const next = given.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (next !== undefined) command = next;
      else given.push(word);
    }
  }
  const fitting = (names: readonly string[]) => names.filter((name) => name.startsWith(last));
  if (awaited !== null) return valuesFor(command, awaited, last);
  const [flag, text] = /^(--[\w-]+)=(.*)$/s.exec(last)?.slice(1) ?? [];
  if (flag !== undefined && text !== undefined) {
    const option = valueOption(command, flag);
    const values = option === null ? [] : await valuesFor(command, option, text);
    return values.map((value) => `${flag}=${value}`);
  }
  if (last.startsWith("-")) return fitting(command.options.flatMap(({ long }) => long ?? []));
  const commands = command.commands.map((one) => one.name());
  if (commands.length > 0) return given.length > 0 ? [] : fitting(commands);
  return fitting(await argumentsOf(command, given.length));
}

function valueOption(command: Command, word: string): Option | null {
  if (word.includes("=")) return null;
  const option = findOption(command, word);
  return option === null || option.isBoolean() || !(option.required || option.optional) ? null : option;
}

/** Before the name of a command it is one of the commands that may come: the word behind it is its value all the same. */
function findOption(command: Command, word: string): Option | null {
  const own = command.options.find(({ long, short }) => long === word || short === word);
  if (own !== undefined) return own;
  for (const below of command.commands) {
    const found = findOption(below, word);
    if (found !== null) return found;
  }
  return null;
}

async function valuesFor(command: Command, option: Option, text: string): Promise<readonly string[]> {
  const fitting = (names: readonly string[]) => names.filter((name) => name.startsWith(text));
  if (option.long === "--workflow") return fitting(await namesOf("workflow"));
  if (option.long === "--tenant") return fitting((await import("./ask-names.ts")).tenantsHere());
  return listedIn(await valuesOf(command, option), text);
}

/** Whoever presses the key waits: what asks the server is loaded for those who need it. */
async function namesOf(kind: NameKind): Promise<readonly string[]> {
  return (await import("./ask-names.ts")).askNames(kind);
}

/** Of a list with commas the last member is completed. */
function listedIn(values: readonly string[], text: string): readonly string[] {
  const before = text.slice(0, text.lastIndexOf(",") + 1);
  return values.map((value) => `${before}${value}`).filter((value) => value.startsWith(text));
}

async function argumentsOf(command: Command, index: number): Promise<readonly string[]> {
  const parent = command.parent?.name() ?? "";
  const argument = command.registeredArguments[index] ?? command.registeredArguments.at(-1);
  if (argument === undefined) return [];
  if (index >= command.registeredArguments.length && !argument.variadic) return [];
  if (command.name() === "docs") return Object.values((await import("../pages.ts")).pageNames()).flat();
  if (command.name() === "completion") return ["bash", "zsh", "fish"];
  if (argument.name() === "sample")
    return Object.keys((await import("../webhook-samples.ts")).webhookSamples);
  if (parent === "runs" && command.name() === "bulk") return ["cancel", "pause", "resume", "rerun"];
  if (parent === "secret") return namesOf("secret");
  if (parent === "runs" && argument.name() === "name") return [];
  const kind = kinds[argument.name()];
  return kind === undefined ? [] : namesOf(kind);
}
