// Where the next page of an answer is.

import type { RecordedPart, RecordedRequest, RecordedText } from "../language/recorded-request.ts";
import { secretNames } from "../language/secret-names.ts";
import { originOf, resolveUrl } from "../value/resolve-url.ts";
import type { PageSource, PollTarget, TaskState } from "./state.ts";

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

/** No address has this character, which is for inner use (Unicode, section 23.7): a number between two is a secret. */
const sign = "\uFDD0";
const placed = /\uFDD0(\d+)\uFDD0/g;
/** As an answer shows a secret. */
const shown = /\[secret ([A-Z][A-Z0-9_]*)\]/g;

/**
 * The address that `reference` means on the page before, or null when it is none. A secret that the page had in it is put
 * in again, but only one that was sent to the service of the request, and for that service only. What a service just calls
 * by the name of a secret stays text.
 */
export function urlTarget(
  { request, poll }: PageTask,
  reference: string,
  source: PageSource | null,
): PollTarget | null {
  if (request === null) return null;
  const names: string[] = [];
  const own = withSigns(request.url, names);
  const base = withSigns(source?.from ?? poll?.target?.url ?? request.url, names);
  if (own === null || base === null || reference.includes(sign)) return null;
  const returned = sentBack(request, source);
  const written = reference.replace(shown, (_, name: string) =>
    returned.includes(name) ? signOf(name, names) : asText(name),
  );
  const url = resolveUrl(base, written);
  if (url === null) return null;
  const sameOrigin = originOf(url) === originOf(own);
  return { url: sameOrigin ? withSecrets(url, names) : withNames(url, names), sameOrigin };
}

/** What `auth` needs to sign, to fetch a token or to connect was never sent to the service. */
function sentBack(request: RecordedRequest, source: PageSource | null): readonly string[] {
  const returned = source?.returned ?? [];
  if (returned.length === 0) return returned;
  const shows = request.auth?.type === "basic" || request.auth?.type === "bearer";
  const sent = secretNames(shows ? request : { ...request, auth: null });
  return returned.filter((name) => sent.includes(name));
}

/** Null for a text that has such signs of its own. */
function withSigns(text: RecordedText, names: string[]): string | null {
  const parts = typeof text === "string" ? [text] : text;
  if (parts.some((part) => typeof part === "string" && part.includes(sign))) return null;
  return parts.map((part) => (typeof part === "string" ? part : signOf(part.secret, names))).join("");
}

function signOf(name: string, names: string[]): string {
  if (!names.includes(name)) names.push(name);
  return `${sign}${names.indexOf(name)}${sign}`;
}

/** No parser of addresses trips over it. */
const asText = (name: string) => `[secret:${name}]`;

function withNames(url: string, names: readonly string[]): string {
  return url.replace(placed, (_, at: string) => asText(names[Number(at)] ?? ""));
}

function withSecrets(url: string, names: readonly string[]): RecordedText {
  const parts: RecordedPart[] = [];
  let done = 0;
  for (const { 0: text, 1: at, index } of url.matchAll(placed)) {
    parts.push(url.slice(done, index), { secret: names[Number(at)] ?? "", encode: "uri" });
    done = index + text.length;
  }
  return done === 0 ? url : [...parts, url.slice(done)].filter((part) => part !== "");
}
