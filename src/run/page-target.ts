// Where the next page of an answer is.

import type { RecordedPart, RecordedRequest, RecordedText } from "../language/recorded-request.ts";
import { secretNames } from "../language/secret-names.ts";
import { originOf, resolveUrl } from "../value/resolve-url.ts";
import type { PollTarget, TaskState } from "./state.ts";

type Query = NonNullable<PollTarget["query"]>;
type PageTask = Pick<TaskState, "request" | "poll">;

/** The same address with other query parameters in place of those of the request that have the names of `replaced`. */
export function queryTarget(
  { request }: PageTask,
  replaced: readonly (readonly [name: string, value: unknown])[],
  query: Query,
): PollTarget | null {
  if (request === null) return null;
  const kept = request.query.filter(([name]) => !replaced.some(([other]) => other === name));
  return { url: request.url, sameOrigin: true, query: [...kept, ...query] };
}

/** A secret of the request in an address, as text that no parser of addresses trips over. */
const mark = (name: string) => `[secret:${name}]`;
const marked = /\[secret[: ]([A-Z][A-Z0-9_]*)\]/g;

/**
 * The address that `reference` means on the page before, or null when it is none. Where an answer had a secret of the
 * request in it, that is put in again: for the service that got it, and for no other.
 */
export function urlTarget({ request, poll }: PageTask, reference: string): PollTarget | null {
  if (request === null) return null;
  const url = resolveUrl(
    textOf(poll?.target?.url ?? request.url),
    reference.replace(marked, (_, name: string) => mark(name)),
  );
  if (url === null) return null;
  const sameOrigin = originOf(url) === originOf(textOf(request.url));
  return { url: sameOrigin ? withSecrets(url, request) : url, sameOrigin };
}

function textOf(text: RecordedText): string {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : mark(part.secret))).join("");
}

function withSecrets(url: string, request: RecordedRequest): RecordedText {
  const names = secretNames(request);
  const parts: RecordedPart[] = [];
  let done = 0;
  for (const { 0: text, 1: name = "", index } of url.matchAll(marked)) {
    if (!names.includes(name)) continue;
    parts.push(url.slice(done, index), { secret: name, encode: "uri" });
    done = index + text.length;
  }
  return done === 0 ? url : [...parts, url.slice(done)].filter((part) => part !== "");
}
