// Who calls, as the audit log names it.

import { type AuditActor, credentialId } from "../engine/audit-entry.ts";
import { tokenHash } from "../handshake/token-hash.ts";
import type { ApiRequest } from "./api-request.ts";
import type { Credential } from "./route.ts";

const types = { session: "session", key: "api_key", run: "run_token" } as const;

/** @param by what the request was judged by; the credential itself is not told, only the beginning of its hash */
export function actorOf(request: ApiRequest, by: Credential): AuditActor {
  const { headers, query } = request;
  const text =
    by === "key" ? headers["dispatched-key"] : headers["dispatched-session"] || query.get("session");
  const address = request.address || null;
  return { type: types[by], id: text ? credentialId(tokenHash(text)) : null, address };
}
