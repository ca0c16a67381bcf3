// The request of a poll: GET, to the same address or where the answer said.

import type { RecordedRequest } from "../language/recorded-request.ts";
import { secretNames } from "../language/secret-names.ts";
import { originOf } from "../value/resolve-url.ts";
import type { PollTarget } from "./state.ts";

/** Headers that say how credentials are shown, or that belong to the body of the request before. */
const ofBody: ReadonlySet<string> = new Set(["content-type", "content-encoding", "content-language"]);
const credentials: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
]);

/** Of the request itself; null where the address that is called has it, `""` when it holds a secret and cannot be told. */
export function originOfPoll({ url }: RecordedRequest, target: PollTarget | null): string | null {
  if (target === null || target.sameOrigin) return null;
  return typeof url === "string" ? originOf(url) : "";
}

/** Nothing for most. */
export function masksOfPoll(request: RecordedRequest): { readonly masks?: readonly string[] } {
  const masks = secretNames(request);
  return masks.length === 0 ? {} : { masks };
}

/** Headers with secrets and `auth` go to the same origin only. */
export function pollRequest(request: RecordedRequest, target: PollTarget | null): RecordedRequest {
  const trusted = target === null || target.sameOrigin;
  return {
    method: "GET",
    url: target === null ? request.url : target.url,
    query: target === null ? request.query : (target.query ?? []),
    headers: request.headers.filter(([name, value]) => {
      if (ofBody.has(name)) return false;
      return trusted || (!credentials.has(name) && typeof value === "string");
    }),
    body: null,
    auth: trusted ? request.auth : null,
    ...(request.late === undefined ? {} : { late: request.late }),
  };
}
