// Entity tags and the preconditions that name them (RFC 9110, sections 8.8.3 and 13.1).

import { DispatchedError } from "../value/problem.ts";
import type { ApiRequest } from "./api-request.ts";

/** @param form of two representations of one thing, what tells them apart: it begins with a dot; empty for the usual one */
export function entityTag(tag: string, form = ""): string {
  return `"${tag}${form}"`;
}

/** Whether the answer would be what the caller has: then it is 304 (section 13.1.2, weak comparison). */
export function isKnown({ headers }: ApiRequest, entity: string): boolean {
  const asked = tagsIn(headers, "if-none-match");
  return asked !== null && (asked === "*" || asked.some((one) => opaque(one) === entity));
}

/** For a weak comparison (section 8.8.3.2). */
function opaque(tag: string): string {
  return tag.replace(/^W\//, "");
}

/**
 * What `If-Match` and `If-None-Match` ask of what is there before it is changed; undefined when they ask nothing.
 * A tag of any form of a thing names the thing. A weak one names it in `If-None-Match` only (sections 13.1.1 and 13.1.2).
 * Errors: `invalid_header`.
 */
export function preconditionOf({ headers }: ApiRequest): ((tag: string | null) => boolean) | undefined {
  const [match, none] = [tagsIn(headers, "if-match"), tagsIn(headers, "if-none-match")];
  if (match === null && none === null) return undefined;
  const names = (asked: "*" | readonly string[], tag: string | null) =>
    tag !== null && (asked === "*" || asked.some((one) => one === `"${tag}"` || one.startsWith(`"${tag}.`)));
  const unlike = none === null || none === "*" ? none : none.map(opaque);
  return (tag) => (match === null || names(match, tag)) && (unlike === null || !names(unlike, tag));
}

const tags = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*)*$/;

function tagsIn(headers: ApiRequest["headers"], name: string): "*" | readonly string[] | null {
  const text = headers[name];
  if (text === undefined) return null;
  if (text.trim() === "*") return "*";
  if (text.length <= 4_096 && tags.test(text)) return text.match(/(?:W\/)?"[^"]*"/g) ?? [];
  throw new DispatchedError("invalid_header", `${name} is * or a list of entity tags in double quotes`);
}
