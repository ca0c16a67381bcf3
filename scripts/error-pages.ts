// The pages of docs/errors, made from the tables of codes.

import { documentProblems } from "../src/language/document-problems.ts";
import { failureCodes } from "../src/run/failure-codes.ts";
import { clientProblems } from "../src/value/client-problems.ts";
import { catalogue } from "../src/value/problem.ts";

interface Section {
  readonly title: string;
  readonly where: string;
  readonly about: string;
}

/** Text of each page by its code. */
export function errorPages(): ReadonlyMap<string, string> {
  const sections = new Map<string, Section[]>();
  const add = (code: string, section: Section) =>
    sections.set(code, [...(sections.get(code) ?? []), section]);
  for (const [code, { status, title, about }] of Object.entries(catalogue)) {
    add(code, {
      title,
      about,
      where: `An answer of the HTTP API with status ${status}, and an error of the command line.`,
    });
  }
  for (const [code, { title, about }] of Object.entries(documentProblems)) {
    add(code, { title, about, where: "A problem of a workflow document." });
  }
  for (const [code, { title, about }] of Object.entries(failureCodes)) {
    add(code, {
      title,
      about,
      where: "The code of a failure: of an attempt, a step, a compensation or a run.",
    });
  }
  for (const [code, { title, about }] of Object.entries(clientProblems)) {
    add(code, { title, about, where: "An error that the command line or `dispatched/client` finds itself." });
  }
  return new Map([...sections].map(([code, list]) => [code, pageOf(code, list)]));
}

function pageOf(code: string, sections: readonly Section[]): string {
  const parts = sections.map(({ title, where, about }) => `**${title}.** ${where}\n\n${about}\n`);
  return `# ${code}\n\n${parts.join("\n")}`;
}

/** The list of all pages: docs/errors.md. */
export function errorIndex(): string {
  const rows = [...errorPages()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, page]) => `| [${code}](errors/${code}.md) | ${/^\*\*(.+?)\.\*\*/m.exec(page)?.[1]} |`);
  const intro =
    "Every error has a stable code. An answer of the API links its page (`type`), the command line prints it.\n";
  return `# Errors\n\n${intro}\n| code | means |\n| --- | --- |\n${rows.join("\n")}\n`;
}
