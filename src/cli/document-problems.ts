// Problems of a workflow document with their source lines and a caret.

import type { DocumentProblemResource } from "../client/resources.ts";
import { columnsOf } from "./columns-of.ts";
import { findPage } from "./pages.ts";
import type { Terminal } from "./terminal.ts";

/** Of a longer line, as of JSON without line breaks, the part around the problem is shown. */
const shownCharacters = 100;

/** `consequence`: what became of the document, as the end of a sentence. */
export function showDocumentProblems(
  terminal: Terminal,
  file: string,
  text: string,
  problems: readonly DocumentProblemResource[],
  consequence: string,
): void {
  const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  terminal.line(`${terminal.paint.bold(file)}: ${count}, ${consequence}`);
  for (const problem of problems) show(terminal, file, text, problem, terminal.paint.red("error"));
  const pages = new Set(problems.map(({ code }) => code).filter((code) => findPage(code) !== null));
  for (const code of pages) terminal.line(`  ${terminal.paint.dim("docs")}  dispatched docs ${code}`);
}

/** What the document may say and probably does not mean. */
export function showDocumentWarnings(
  terminal: Terminal,
  file: string,
  text: string,
  warnings: readonly DocumentProblemResource[],
): void {
  for (const warning of warnings) show(terminal, file, text, warning, terminal.paint.yellow("warning"));
}

function show(
  terminal: Terminal,
  file: string,
  text: string,
  { code, line, column, length, message, fix }: DocumentProblemResource,
  word: string,
): void {
  const { paint } = terminal;
  const whole = text.split(/\r?\n/)[line - 1] ?? "";
  const from = whole.length > shownCharacters ? Math.max(0, column - 1 - shownCharacters / 2) : 0;
  const source = whole.slice(from, from + shownCharacters);
  // A tab stays one, so that the caret stands where the problem is.
  const [head, tail] = [source.slice(0, column - 1 - from), source.slice(column - 1 - from)];
  const before = head.replace(/[^\t]+/g, (text) => " ".repeat(columnsOf(text)));
  const marked = Math.max(1, columnsOf(tail.slice(0, length)));
  terminal.line();
  terminal.line(`${word} ${code}  ${paint.dim(`${file}:${line}:${column}`)}`);
  terminal.line(`${paint.dim(`${String(line).padStart(5)} |`)} ${source}`);
  terminal.line(`${paint.dim("      |")} ${before}${paint.red("^".repeat(marked))} ${message}`);
  if (fix !== null) terminal.line(`  ${paint.dim("fix")}  ${fix}`);
}
