// `dispatched docs`: the page of an error's code, or of the reference, as this version came with it.

import { closestName } from "../../language/shape/closest-name.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { findPage, pageNames, readPage } from "../pages.ts";
import type { Terminal } from "../terminal.ts";

export async function docs(terminal: Terminal, name: string | undefined): Promise<number> {
  const names = pageNames();
  if (name === undefined) {
    if (terminal.json) terminal.value(stringifyJson({ ...names }));
    else {
      for (const [title, pages] of Object.entries(names)) {
        terminal.line(terminal.paint.bold(title));
        for (const page of pages) terminal.line(`  ${page}`);
      }
    }
    return exitCode.completed;
  }
  const page = findPage(name);
  if (page === null) {
    const near = closestName(name, Object.values(names).flat());
    const hint = near === null ? "`dispatched docs` lists all pages" : `did you mean \`${near}\`?`;
    throw new CliError("not_found", `there is no page ${name}`, hint);
  }
  const text = readPage(page);
  if (terminal.json) terminal.value(stringifyJson({ page: page.name, text }));
  else for (const line of text.trimEnd().split("\n")) terminal.line(renderLine(terminal, line));
  const others = Object.values(names)
    .flat()
    .filter((one) => one.endsWith(`/${page.name}`));
  for (const other of others) process.stderr.write(`there is also \`dispatched docs ${other}\`\n`);
  return exitCode.completed;
}

/** Headings, strong words and code in colours; elsewhere than on a terminal the page as it stands. */
function renderLine({ live, paint }: Terminal, line: string): string {
  if (!live) return line;
  const heading = /^#+ (.*)/.exec(line)?.[1];
  if (heading !== undefined) return paint.bold(heading);
  return line
    .replace(/\*\*([^*]+)\*\*/g, (_, words: string) => paint.bold(words))
    .replace(/`([^`]+)`/g, (_, code: string) => paint.cyan(code))
    .replace(/\[([^\]]+)\]\([^)]*\)/g, (_, words: string) => words);
}
