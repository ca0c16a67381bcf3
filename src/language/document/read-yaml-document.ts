// Reads a YAML document (YAML 1.2, core schema), keeping the place of every key and value.

import {
  Composer,
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar,
} from "yaml";
import { addEntry } from "./add-entry.ts";
import type { DocumentNode, ListNode, ObjectNode, ScalarNode } from "./document-node.ts";
import { placeOf } from "./place-of.ts";
import { readNumberNode } from "./read-number-node.ts";
import { readYamlTokens } from "./read-yaml-tokens.ts";
import { addProblem, type Report } from "./report.ts";

type Parent = ListNode | ObjectNode | null;

const styles: Readonly<Record<string, ScalarNode["style"]>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "block",
  BLOCK_FOLDED: "block",
};

/** The root of the document, or null when it cannot be read: the report then says why. */
export function readYamlDocument(report: Report): DocumentNode | null {
  const tokens = readYamlTokens(report);
  if (tokens === null) return null;
  // Keys are compared here, in linear time; the library compares each with all before it.
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    logLevel: "silent",
  });
  const [document] = composer.compose(tokens, true, report.text.length) as Iterable<Document.Parsed>;
  if (document === undefined) return readNode(report, null, null, "", 0);
  if (document.errors.length > 0) {
    for (const error of document.errors) {
      const place = { pointer: "", start: error.pos[0], end: error.pos[1] };
      addProblem(report, "invalid_yaml", place, error.message, hintFor(error.code));
    }
    return null;
  }
  return readNode(report, document.contents, null, "", 0);
}

function hintFor(code: string): string | null {
  if (code === "TAB_AS_INDENT") return "indent with spaces";
  if (code === "BLOCK_AS_IMPLICIT_KEY") return "a text with `: ` in it must stand in quotes";
  if (code === "BAD_INDENT") return "entries of one object begin in the same column";
  return null;
}

/** `at` is where an empty value stands. */
function readNode(
  report: Report,
  node: ParsedNode | null,
  parent: Parent,
  key: string | number,
  at: number,
): DocumentNode {
  if (isMap(node)) return readMap(report, node as ParsedNode & { items: Pair[] }, parent, key);
  if (isSeq(node)) {
    const list: ListNode = { type: "list", items: [], start: startOf(node), end: endOf(node), parent, key };
    for (const item of node.items)
      list.items.push(readNode(report, item as ParsedNode, list, list.items.length, startOf(node)));
    return list;
  }
  if (!isScalar(node))
    return { type: "scalar", style: "flow", value: null, start: at, end: at + 1, parent, key };
  return readScalar(report, node as Scalar.Parsed, parent, key);
}

function readScalar(report: Report, node: Scalar.Parsed, parent: Parent, key: string | number): ScalarNode {
  const style = styles[node.type ?? "PLAIN"] ?? "plain";
  const scalar: ScalarNode = {
    type: "scalar",
    style,
    value: 0,
    start: startOf(node),
    end: endOf(node),
    parent,
    key,
  };
  if (typeof node.value === "number") return readNumberNode(report, numberSource(node), scalar);
  return { ...scalar, value: node.value as null | boolean | string };
}

/** Decimal digits of a number; hexadecimal and octal ones are turned into such. */
function numberSource(node: Scalar.Parsed): string {
  const source = node.source.trim();
  return /^0[xo]/.test(source)
    ? BigInt(source).toString()
    : /^[+-]?\.(?:inf|nan)$/i.test(source)
      ? source.slice(0, 5)
      : source;
}

function readMap(
  report: Report,
  map: ParsedNode & { items: Pair[] },
  parent: Parent,
  key: string | number,
): ObjectNode {
  const node: ObjectNode = { type: "object", entries: [], start: startOf(map), end: endOf(map), parent, key };
  const seen = new Set<string>();
  for (const pair of map.items) {
    const name = pair.key as ParsedNode | null;
    if (!isScalar(name) || name.value === null) {
      const start = name === null ? node.start : startOf(name);
      addProblem(
        report,
        "invalid_key",
        { ...placeOf(node), start, end: name === null ? start + 1 : endOf(name) },
        "a key must be a text",
      );
      continue;
    }
    const written = typeof name.value === "string" ? name.value : (name.source ?? String(name.value));
    const value = readNode(report, pair.value as ParsedNode | null, node, written, endOf(name));
    addEntry(report, node, seen, { key: written, keyStart: startOf(name), keyEnd: endOf(name), value });
  }
  return node;
}

function startOf(node: { readonly range?: readonly number[] | null }): number {
  return node.range?.[0] ?? 0;
}

function endOf(node: { readonly range?: readonly number[] | null }): number {
  return node.range?.[1] ?? 0;
}
