// Splits a YAML document into tokens, and refuses what a workflow may not use before anything is built from it.

import { type CST, Lexer, Parser } from "yaml";
import { limits } from "../../value/limits.ts";
import type { ProblemCode } from "../document-problems.ts";
import { addProblem, type Report } from "./report.ts";

/** Each level of nesting is at most a collection and a scalar on the parser's stack. */
const stackMax = limits.document_depth + 4;

/** The tokens of the one document, or null when something is refused: the report then says what. */
export function readYamlTokens(report: Report): readonly CST.Token[] | null {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(report.text)) {
    for (const token of parser.next(lexeme)) {
      if (!acceptTop(report, token, tokens)) return null;
      tokens.push(token);
    }
    if (parser.stack.length > stackMax) return refuseDepth(report, parser.offset);
  }
  for (const token of parser.end()) {
    if (!acceptTop(report, token, tokens)) return null;
    tokens.push(token);
  }
  const before = report.problems.length;
  for (const token of tokens) inspect(report, token);
  return report.problems.length > before ? null : tokens;
}

function refuseDepth(report: Report, offset: number): null {
  const message = `objects and lists are nested deeper than ${limits.document_depth}`;
  addProblem(report, "document_too_deep", at(offset, 1), message);
  return null;
}

/** False for a token that ends the reading. */
function acceptTop(report: Report, token: CST.Token, before: readonly CST.Token[]): boolean {
  if (token.type === "directive") {
    addProblem(
      report,
      "yaml_tag",
      at(token.offset, token.source.length),
      "directives are refused",
      "remove the line",
    );
    return false;
  }
  if (token.type === "error") {
    addProblem(report, "invalid_yaml", at(token.offset, token.source.length), token.message);
    return false;
  }
  if (token.type === "document" && before.some((earlier) => earlier.type === "document")) {
    addProblem(
      report,
      "several_documents",
      at(token.offset, 3),
      "a second document begins here",
      "put it into a file of its own",
    );
    return false;
  }
  return true;
}

/** Reports anchors, aliases, tags, merge keys, depth and unquoted braces within `token`. */
function inspect(report: Report, token: CST.Token): void {
  const open: { readonly token: CST.Token; readonly depth: number }[] = [{ token, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token: found, depth } = next;
    if (depth > limits.document_depth) {
      refuseDepth(report, found.offset);
      return;
    }
    if (refuseWhole(report, found)) continue;
    if (found.type === "document") {
      inspectMarks(report, found.start);
      if (found.value !== undefined) open.push({ token: found.value, depth });
    }
    if (!("items" in found)) continue;
    for (const item of found.items) {
      inspectMarks(report, item.start);
      if (item.sep !== undefined) inspectMarks(report, item.sep);
      if (item.key?.type === "scalar" && item.key.source === "<<")
        refuse(report, "yaml_alias", item.key, "merge keys are refused");
      if (item.key != null) open.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) open.push({ token: item.value, depth: depth + 1 });
    }
  }
}

/** Reports a token that is refused with all that is in it. */
function refuseWhole(report: Report, token: CST.Token): boolean {
  if (token.type === "alias") {
    refuse(report, "yaml_alias", token, "aliases are refused", "repeat the value");
    return true;
  }
  if (token.type === "flow-collection" && report.text.startsWith("{{", token.offset)) {
    const line = bracesFrom(lineFrom(report.text, token.offset));
    const fix = `put the whole value in quotes: "${line.replaceAll('"', "'")}"`;
    addProblem(
      report,
      "unquoted_braces",
      at(token.offset, line.length),
      "an unquoted `{{` begins an object in YAML",
      fix,
    );
    return true;
  }
  return false;
}

/** What is left of a line without its comment. */
/** Without what closes the collection in which they stand. */
function bracesFrom(line: string): string {
  const end = line.indexOf("}}") + 2;
  return end > 1 && /^\s*[}\],]/.test(line.slice(end)) ? line.slice(0, end) : line;
}

function lineFrom(text: string, from: number): string {
  const end = text.indexOf("\n", from);
  const line = text.slice(from, end < 0 ? text.length : end);
  return (line.split(" #", 1)[0] as string).trimEnd();
}

function inspectMarks(report: Report, marks: readonly CST.SourceToken[]): void {
  for (const mark of marks) {
    if (mark.type === "anchor")
      refuse(report, "yaml_alias", mark, "anchors are refused", "repeat the value where it is needed");
    if (mark.type === "tag") refuse(report, "yaml_tag", mark, "tags are refused", "put text in quotes");
  }
}

function refuse(
  report: Report,
  code: ProblemCode,
  token: { readonly offset: number; readonly source: string },
  message: string,
  fix: string | null = null,
): void {
  addProblem(report, code, at(token.offset, token.source.length), message, fix);
}

function at(offset: number, length: number) {
  return { pointer: "", start: offset, end: offset + length };
}
