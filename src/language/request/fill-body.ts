// Puts secrets into a recorded body.

import { isJsonObject, type Json } from "../../value/json.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import type { BodyHole, RecordedBody } from "../recorded-request.ts";
import { fillText, type Secrets } from "./fill-text.ts";
import { checkBodySize } from "./render-body.ts";

/** The holes of a body as a tree, so that every part of the body is copied once at most. */
interface HoleTree {
  hole: BodyHole | null;
  readonly below: Map<string | number, HoleTree>;
}

/** The body as text. Throws EvaluationError `secret_missing`, `body_too_large`. */
export function fillBody(body: RecordedBody, secrets: Secrets): string {
  const text =
    body.type === "text" ? fillText(body.value, secrets) : fillJson(body.value, body.holes, secrets);
  checkBodySize(text);
  return text;
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
