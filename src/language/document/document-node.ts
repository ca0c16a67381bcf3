// A document as a tree that knows where each of its parts stands in the text.

import type { Json } from "../../value/json.ts";

/** `start` and `end` are offsets in the document's text, in UTF-16 units; `end` is exclusive. */
interface NodeSpan {
  readonly start: number;
  /** Set when the reader has come to the end of it. */
  end: number;
  /** What it stands in; null for the root. */
  readonly parent: ListNode | ObjectNode | null;
  /** Its key or place there. */
  readonly key: string | number;
}

export interface ScalarNode extends NodeSpan {
  readonly type: "scalar";
  readonly value: null | boolean | number | bigint | string;
  /** How a text is written, so that a place within it can be found in the document. */
  readonly style: "plain" | "single" | "double" | "block" | "flow";
}

export interface ListNode extends NodeSpan {
  readonly type: "list";
  readonly items: DocumentNode[];
}

export interface ObjectNode extends NodeSpan {
  readonly type: "object";
  readonly entries: DocumentEntry[];
}

export interface DocumentEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: DocumentNode;
}

export type DocumentNode = ScalarNode | ListNode | ObjectNode;

/** JSON Pointer to `node` (RFC 6901). */
export function pointerTo(node: DocumentNode): string {
  const keys = keysTo(node);
  return keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The keys from the root to `node`. */
export function keysTo(node: DocumentNode): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: DocumentNode = node; at.parent !== null; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

/** The value that stands under `key`, or undefined. */
export function entryOf(node: DocumentNode, key: string): DocumentEntry | undefined {
  return node.type === "object" ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The JSON value of `node`. Its keys were checked when it was read. */
export function jsonOf(node: DocumentNode): Json {
  switch (node.type) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(jsonOf);
    case "object":
      return Object.fromEntries(node.entries.map((entry) => [entry.key, jsonOf(entry.value)]));
  }
}

/** `node` in words for messages. */
export function describe(node: DocumentNode): string {
  if (node.type === "list") return "a list";
  if (node.type === "object") return "an object";
  if (node.value === null) return "null";
  if (typeof node.value === "boolean") return `the boolean \`${node.value}\``;
  return typeof node.value === "string" ? "a text" : `the number ${node.value}`;
}
