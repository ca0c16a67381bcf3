// Puts secrets into a recorded body.

import { bytesOfBase64 } from "../../value/bytes-of-base64.ts";
import { isJsonObject, type Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { type StoredMember, storedAt } from "../../value/stored-body.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import type { BodyHole, RecordedBody, RecordedContent } from "../recorded-request.ts";
import { fillForm } from "./fill-form.ts";
import { fillMultipart } from "./fill-multipart.ts";
import { fillText, type Secrets } from "./fill-text.ts";
import { checkBodySize, tooLarge } from "./render-body.ts";
import { sendableText } from "./sendable-text.ts";

/** The holes of a body as a tree, so that every part of the body is copied once at most. */
interface HoleTree {
  hole: BodyHole | null;
  readonly below: Map<string | number, HoleTree>;
}

export interface FilledBody {
  /** A stored body that is passed on as it is need not be read. */
  readonly content: string | Uint8Array | StoredMember;
  /** What the content is, when it says so itself. */
  readonly contentType: string | null;
}

/** Throws EvaluationError `secret_missing`, `not_a_text`, `invalid_header`, `body_too_large`. */
export function fillBody(body: RecordedBody, secrets: Secrets): FilledBody {
  if (body.type === "multipart") {
    const filled = fillMultipart(body.parts, secrets);
    if (filled.content.length > limits.request_body_bytes) throw tooLarge();
    return filled;
  }
  const stored = body.type === "form" ? null : passedOn(body);
  if (stored !== null) return { content: stored, contentType: null };
  const content =
    body.type === "form" ? fillForm(body.fields, secrets) : fillContent(body, secrets, "the body");
  if (typeof content === "string") checkBodySize(content);
  return { content, contentType: null };
}

/** What is stored of a body is what is sent of it. */
function passedOn(content: RecordedContent): StoredMember | null {
  const stored = storedAt(content, "value");
  if (stored?.body.kind !== content.type || (content.type === "json" && content.holes.length > 0))
    return null;
  if (stored.body.bytes > limits.request_body_bytes) throw tooLarge();
  return stored;
}

/** `what` names it in messages. */
export function fillContent(content: RecordedContent, secrets: Secrets, what: string): string | Uint8Array {
  switch (content.type) {
    case "json":
      return fillJson(content.value, content.holes, secrets);
    case "text":
      return sendableText(fillText(content.value, secrets), what);
    case "base64":
      return bytesOfBase64(content.value) ?? new Uint8Array();
  }
}

/** A secret becomes a text of the value before the value becomes JSON: it cannot end the text that it stands in. */
function fillJson(value: Json, holes: readonly BodyHole[], secrets: Secrets): string {
  return stringifyJson(holes.length === 0 ? value : fillValue(value, treeOf(holes), secrets));
}

function treeOf(holes: readonly BodyHole[]): HoleTree {
  const root: HoleTree = { hole: null, below: new Map() };
  for (const hole of holes) {
    let tree = root;
    for (const key of hole.path) {
      const next = tree.below.get(key) ?? { hole: null, below: new Map() };
      tree.below.set(key, next);
      tree = next;
    }
    tree.hole = hole;
  }
  return root;
}

function fillValue(value: Json, tree: HoleTree | undefined, secrets: Secrets): Json {
  if (tree === undefined) return value;
  if (tree.hole !== null) return fillText(tree.hole.text, secrets);
  if (Array.isArray(value))
    return value.map((item, index) => fillValue(item, tree.below.get(index), secrets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, fillValue(entry, tree.below.get(key), secrets)]),
  );
}
