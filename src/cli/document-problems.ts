// Problems of a workflow document with their source lines and a caret.

import type { DocumentProblemResource } from "../client/resources.ts";
import type { Terminal } from "./terminal.ts";

export function showDocumentProblems(
  terminal: Terminal,
  file: string,
  text: string,
  problems: readonly DocumentProblemResource[],
  consequence: string,
): void {
  const { paint } = terminal;
  const lines = text.split(/\r?\n/);
  const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  terminal.line(`${paint.bold(file)}: ${count}, ${consequence}`);
  for (const problem of problems) {
    terminal.line();
    terminal.line(
      `${paint.red("error")} ${problem.code}  ${paint.dim(`${file}:${problem.line}:${problem.column}`)}`,
    );
    const number = String(problem.line).padStart(5);
    const source = lines[problem.line - 1] ?? "";
    const length = Math.max(1, Math.min(problem.length, source.length - problem.column + 1));
    terminal.line(`${paint.dim(`${number} |`)} ${source}`);
    const caret = " ".repeat(problem.column - 1) + "^".repeat(length);
    terminal.line(`${paint.dim("      |")} ${paint.red(caret)} ${problem.message}`);
    if (problem.fix !== null) terminal.line(`  ${paint.dim("fix")}  ${problem.fix}`);
  }
}
