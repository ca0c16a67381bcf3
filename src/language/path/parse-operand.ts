// Operands of the path language: literals, lists, parentheses, names of the context, and the members behind them.

import type { Member, PathNode } from "../path-syntax.ts";
import { advance, expectMark, isMark, nested, type PathCursor, unexpected } from "./path-cursor.ts";
import { PathError } from "./path-error.ts";

const words: Readonly<Record<string, null | boolean>> = { null: null, true: true, false: false };
type Parse = (cursor: PathCursor) => PathNode;

const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "in"]);

/** One operand with its members: `steps.a.output[0]`. `parseInner` parses a whole expression within it. */
export function parseOperand(cursor: PathCursor, parseInner: Parse): PathNode {
  const of = parseAlone(cursor, parseInner);
  const members: Member[] = [];
  while (isMark(cursor.token, ".") || isMark(cursor.token, "["))
    members.push(parseMember(cursor, parseInner));
  const first = members[0];
  if (of.type === "root" && of.name === "run" && first?.key === "session") {
    const session: PathNode = { type: "secret", name: "run.session", start: of.start, end: first.end };
    return members.length === 1
      ? session
      : { type: "members", of: session, members: members.slice(1), start: of.start, end: cursor.takenEnd };
  }
  return members.length === 0 ? of : { type: "members", of, members, start: of.start, end: cursor.takenEnd };
}

function parseAlone(cursor: PathCursor, parseInner: Parse): PathNode {
  const { token } = cursor;
  if (token.type === "literal") {
    advance(cursor);
    return { type: "literal", value: token.value, start: token.start, end: token.end };
  }
  if (isMark(token, "(")) {
    advance(cursor);
    const node = nested(cursor, parseInner);
    expectMark(cursor, ")");
    return node;
  }
  if (isMark(token, "[")) return parseList(cursor, parseInner);
  if (token.type !== "name" || keywords.has(token.text)) throw unexpected(cursor);
  advance(cursor);
  const { start, end } = token;
  if (Object.hasOwn(words, token.text))
    return { type: "literal", value: words[token.text] as null | boolean, start, end };
  if (token.text === "steps") return parseStep(cursor, parseInner, start, end);
  if (token.text === "secrets") return parseSecret(cursor, parseInner, start, end);
  if (token.text === "callback") return parseCallback(cursor, parseInner, start, end);
  return { type: "root", name: token.text, start, end };
}

function parseList(cursor: PathCursor, parseInner: Parse): PathNode {
  const { start } = advance(cursor);
  const items: PathNode[] = [];
  while (!isMark(cursor.token, "]")) {
    items.push(nested(cursor, parseInner));
    if (!isMark(cursor.token, ",")) break;
    advance(cursor);
    if (isMark(cursor.token, "]")) throw unexpected(cursor);
  }
  const end = expectMark(cursor, "]");
  return { type: "list", items, start, end };
}

/** A step is named as it stands: which one is meant is known before the run, so that its order can be checked. */
function parseStep(cursor: PathCursor, parseInner: Parse, start: number, end: number): PathNode {
  const member =
    isMark(cursor.token, ".") || isMark(cursor.token, "[") ? parseMember(cursor, parseInner) : null;
  if (member === null || typeof member.key !== "string") {
    const fix = 'write `steps.<id>` or `steps["<id>"]`';
    throw new PathError(
      "dynamic_step",
      "`steps` must be followed by the id of a step",
      start,
      (member?.end ?? end) - start,
      fix,
    );
  }
  return { type: "step", id: member.key, start, end: cursor.takenEnd };
}

function parseSecret(cursor: PathCursor, parseInner: Parse, start: number, end: number): PathNode {
  const member = isMark(cursor.token, ".") ? parseMember(cursor, parseInner) : null;
  if (member === null || typeof member.key !== "string") {
    const fix = "write `secrets.<NAME>`";
    throw new PathError(
      "secret_not_named",
      "`secrets` must be followed by a dot and a name",
      start,
      end - start,
      fix,
    );
  }
  return { type: "secret", name: member.key, start, end: cursor.takenEnd };
}

/** Like a secret it is known only at the moment of the call, and is nowhere recorded. */
function parseCallback(cursor: PathCursor, parseInner: Parse, start: number, end: number): PathNode {
  const member = isMark(cursor.token, ".") ? parseMember(cursor, parseInner) : null;
  if (member?.key !== "url" && member?.key !== "token") {
    const at = member ?? { start, end };
    const fix = "write `callback.url` or `callback.token`";
    throw new PathError(
      "unknown_reference",
      "`callback` has `url` and `token`",
      at.start,
      at.end - at.start,
      fix,
    );
  }
  return { type: "secret", name: `callback.${member.key}`, start, end: cursor.takenEnd };
}

function parseMember(cursor: PathCursor, parseInner: Parse): Member {
  const dotted = isMark(cursor.token, ".");
  if (dotted && /[0-9]/.test(cursor.text.charAt(cursor.token.end))) {
    const digits = /[0-9]+/.exec(cursor.text.slice(cursor.token.end))?.[0] as string;
    throw new PathError(
      "invalid_expression",
      "a name must follow the dot",
      cursor.token.end,
      digits.length,
      `write \`[${digits}]\``,
    );
  }
  advance(cursor);
  if (dotted) {
    if (cursor.token.type !== "name") throw unexpected(cursor);
    const { text, start, end } = advance(cursor);
    return { key: text, start, end };
  }
  const node = nested(cursor, parseInner);
  expectMark(cursor, "]");
  return { key: staticKey(node), start: node.start, end: node.end };
}

function staticKey(node: PathNode): string | number | PathNode {
  if (node.type !== "literal") return node;
  if (typeof node.value === "string" || Number.isInteger(node.value)) return node.value as string | number;
  if (typeof node.value === "bigint") return node;
  const message = "a member is named by a text or a whole number";
  throw new PathError("invalid_expression", message, node.start, node.end - node.start);
}
