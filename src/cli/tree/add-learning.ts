// Commands that help with the others: pages of the documentation, completion in shells.

import type { Command } from "commander";
import type { Act, Add } from "./tree.ts";

export function addLearning(program: Command, add: Add, act: Act): void {
  add(program, "docs [page]", "the page of an error's code, of the reference, or a guide").action(
    act(async () => (await import("../commands/docs.ts")).docs),
  );
  add(
    program,
    "completion <shell> [words...]",
    "print what makes bash, zsh or fish complete commands and names; with words, what may come next",
  ).action(act(async () => (await import("../commands/completion.ts")).completionOf(program)));
}
