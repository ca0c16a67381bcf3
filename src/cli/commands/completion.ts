// `dispatched completion SHELL`: prints what the shell reads, and with words after `--` what may come next.

import type { Command } from "commander";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { complete } from "../completion/complete.ts";
import { completionScripts, shells } from "../completion/scripts.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** @param program the tree of commands, in which the words are looked up */
export function completionOf(program: Command) {
  return async (terminal: Terminal, name: string, words: readonly string[]): Promise<number> => {
    const shell = shells.find((one) => one === name);
    if (shell === undefined) {
      throw new CliError("usage", `there is no completion for ${name}`, `there is for ${shells.join(", ")}`);
    }
    if (words.length > 0) {
      const candidates = await complete(program, words);
      if (terminal.json) terminal.value(stringifyJson({ candidates }));
      else for (const word of candidates) process.stdout.write(`${word}\n`);
    } else if (terminal.json) terminal.value(stringifyJson({ shell, script: completionScripts[shell] }));
    else process.stdout.write(completionScripts[shell]);
    return exitCode.completed;
  };
}
