// Sends a request and follows redirects as far as the document lets it: never down to plain HTTP, never with credentials elsewhere.

import type { FilledAuth } from "../language/fill-request.ts";
import type { RecordedRequest } from "../language/recorded-request.ts";
import { secretNames } from "../language/secret-names.ts";
import type { OutboundRequest, OutboundResponse } from "../ports/caller.ts";
import { originOf, resolveUrl } from "../value/resolve-url.ts";
import { calledHost, isAllowed } from "./allowed-hosts.ts";
import {
  type AuthorizedCall,
  type AuthorizedOutcome,
  authorizedCall,
  type CallContext,
} from "./authorized-call.ts";
import { isCredential } from "./credential-headers.ts";
import type { Sending } from "./gated-sending.ts";
import { maskOf, type Sent } from "./mask.ts";
import type { CallOrder } from "./perform-call.ts";

export interface FollowedCall {
  /** Never rejects. `url`: what was called last. */
  readonly ended: Promise<AuthorizedOutcome & { readonly url: string }>;
  abort(): void;
}

type CallOutcome = AuthorizedOutcome["outcome"];

/** RFC 9110, section 15.4. */
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * A redirect that may not be followed is the answer. `timeoutMs` holds for all of them together, from the sending of the first,
 * without the time for which their hosts' rules hold them back, and what fails after the first was sent.
 */
export function followedCall(
  { ports, secrets }: Pick<CallContext, "ports" | "secrets">,
  order: CallOrder,
  first: OutboundRequest,
  auth: FilledAuth | null,
  sent: Sent,
): FollowedCall {
  const { tenant, sending } = order;
  // A token that is fetched first takes its own time.
  let until: number | null = null;
  const begin = (url: string) => {
    const begins = sending.begin(url);
    if (begins) until ??= ports.clock.now() + first.timeoutMs - sending.heldMs;
    return begins;
  };
  const context = { ports, secrets, tenant, sending, begin };
  let call: AuthorizedCall = authorizedCall(context, first, auth);
  let aborted = false;
  const follow = async () => {
    let request = first;
    let shown = auth;
    const made: string[] = [];
    for (let left = order.effect.response.redirects; ; left--) {
      const ended = await call.ended;
      made.push(...ended.made);
      const outcome = asSent(ended.outcome, request !== first);
      const next = left > 0 && !aborted && isRedirect(outcome) ? nextRequest(order, request, outcome) : null;
      if (next === null || takesSecretElsewhere(sent, made, request.url, next.url))
        return { outcome, made, url: request.url };
      // Another origin may lead back, and does not say there what the step says.
      if (originOf(next.url) !== originOf(first.url)) shown = null;
      const withAuth = shown;
      const elsewhere = originOf(next.url) === originOf(request.url) ? null : next.url;
      request = next;
      call = whenLetThrough(sending, elsewhere, () => {
        const now = ports.clock.now();
        const timeoutMs = Math.max(1, (until ?? now) + sending.heldMs - now);
        return authorizedCall(context, { ...next, timeoutMs }, withAuth);
      });
    }
  };
  return {
    ended: follow(),
    abort() {
      aborted = true;
      call.abort();
    },
  };
}

/** The gates of the host that a redirect leads to, null for the same again, are asked as for any other request. */
function whenLetThrough(sending: Sending, url: string | null, send: () => AuthorizedCall): AuthorizedCall {
  let call: AuthorizedCall | null = null;
  const sendAll = async (): Promise<AuthorizedOutcome> => {
    while (await sending.again(url)) {
      call = send();
      const ended = await call.ended;
      if (ended.outcome !== "locked" || !sending.isHeldBack) return ended;
    }
    return { outcome: "locked", made: [] };
  };
  return { ended: sendAll(), abort: () => call?.abort() };
}

function isRedirect(outcome: CallOutcome): outcome is OutboundResponse {
  return outcome !== "locked" && outcome.type === "response" && redirects.has(outcome.status);
}

/** Null for one that may not be followed. */
function nextRequest(
  { effect, hosts, sending }: CallOrder,
  request: OutboundRequest,
  { status, headers }: OutboundResponse,
): OutboundRequest | null {
  const url = resolveUrl(request.url, headers["location"] ?? "");
  if (url === null || headers["location"] === undefined) return null;
  const isDowngrade = originOf(request.url).startsWith("https:") && !originOf(url).startsWith("https:");
  if (isDowngrade || !isAllowed(hosts, calledHost(url)) || sending.refusalOf(url) !== null) return null;
  const turns = status === 303 || (status <= 302 && request.method === "POST");
  const asGet = turns && request.method !== "HEAD";
  const elsewhere = originOf(url) !== originOf(request.url);
  if (elsewhere && !asGet && bodyHasSecret(effect.request)) return null;
  const kept = request.headers.filter(
    ([name]) =>
      !(asGet && name.startsWith("content-")) && !(elsewhere && showsWhoCalls(name, effect.request)),
  );
  return {
    ...request,
    url,
    headers: kept,
    ...(asGet ? { method: "GET", body: null } : {}),
  };
}

/** An answer may put into its `Location` what it was sent, as one does that keeps the query. */
function takesSecretElsewhere(
  { values, made }: Sent,
  tokens: readonly string[],
  from: string,
  to: string,
): boolean {
  if (originOf(from) === originOf(to)) return false;
  const mask = maskOf({ values, made: [...made, ...tokens] });
  return mask !== null && mask(to) !== to;
}

function showsWhoCalls(name: string, { headers }: RecordedRequest): boolean {
  return isCredential(name) || headers.some(([other, value]) => other === name && typeof value !== "string");
}

function bodyHasSecret(request: RecordedRequest): boolean {
  return secretNames({ ...request, url: "", query: [], headers: [], auth: null }).length > 0;
}

/** Behind a redirect nothing is unsent: the request before was heard. */
function asSent(outcome: CallOutcome, followed: boolean): CallOutcome {
  if (!followed || (outcome !== "locked" && outcome.type === "response")) return outcome;
  if (outcome !== "locked" && outcome.type === "failure") return { ...outcome, sent: true };
  const detail = "the redirect could not be followed";
  return { type: "failure", reason: "network", sent: true, status: null, detail };
}
