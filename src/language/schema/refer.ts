// Finds the schema that a reference means.

import { isJsonObject, type Json, member } from "../../value/json.ts";
import { didYouMean } from "../shape/closest-name.ts";
import { compileNode } from "./compile-node.ts";
import type { ReferenceTarget } from "./keyword.ts";
import { resolveUri } from "./resolve-uri.ts";
import { addressOf, type PendingReference, type SchemaResource, type SchemaSet } from "./schema-set.ts";

/**
 * Hands over what a reference leads to: within the same schema, or another of
 * the set. Anything else is a defect `unsupported_schema`: nothing is fetched.
 */
export function refer(set: SchemaSet, { reference, resource: from, path, found }: PendingReference): void {
  const { uri, fragment } = resolveUri(reference, from.uri);
  const resource = set.resources.get(uri) ?? set.resources.get(addressOf(reference));
  const target = resource === undefined ? null : locate(set, resource, fragment);
  if (target !== null) {
    found(target);
    return;
  }
  const prefix = addressOf("");
  const names = [...set.resources.keys()]
    .filter((key) => key.startsWith(prefix) && key !== prefix)
    .map((key) => key.slice(prefix.length));
  const fix =
    didYouMean(reference, names) ??
    "refer to a part of the same schema (`#/$defs/…`), or to one of `schemas` by its name";
  const message = `no schema is at \`${reference.slice(0, 80)}\``;
  from.document.defects.push({ code: "unsupported_schema", path, at: "value", message, fix });
}

function locate(set: SchemaSet, resource: SchemaResource, fragment: string): ReferenceTarget | null {
  if (fragment === "")
    return { node: compileNode(set, resource.root, resource, resource.path), dynamicAnchor: null };
  if (fragment.startsWith("/")) return follow(set, resource, fragment);
  const dynamic = resource.dynamicAnchors.get(fragment);
  const source = resource.anchors.get(fragment) ?? dynamic;
  if (source === undefined) return null;
  const dynamicAnchor = resource.anchors.has(fragment) || dynamic === undefined ? null : fragment;
  return { node: compileNode(set, source, resource, resource.path), dynamicAnchor };
}

/** A JSON Pointer in a fragment (RFC 6901, section 6). A schema in a place that no keyword names is compiled now. */
function follow(set: SchemaSet, from: SchemaResource, fragment: string): ReferenceTarget | null {
  let resource = from;
  let source: Json = from.root;
  const keys: string[] = [];
  for (const part of fragment.slice(1).split("/")) {
    const key = decode(part);
    const next: Json | undefined = Array.isArray(source)
      ? (source as readonly Json[])[Number(key)]
      : isJsonObject(source)
        ? member(source, key)
        : undefined;
    if (next === undefined) return null;
    source = next;
    keys.push(key);
    if (isJsonObject(source)) resource = set.nodes.get(source)?.resource ?? resource;
  }
  if (typeof source !== "boolean" && !isJsonObject(source)) return null;
  return { node: compileNode(set, source, resource, [...from.path, ...keys]), dynamicAnchor: null };
}

function decode(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // Not percent-encoded after all: the key is taken as it stands, and most likely not found.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
