// Whose data a request may touch, by the credentials that it brings and the route takes.

import type { Accounts } from "../engine/accounts.ts";
import { asRunId, type TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ApiRequest } from "./api-request.ts";
import type { Credential, JudgedRoute } from "./route.ts";

export interface Caller {
  readonly tenant: TenantId;
  readonly by: Credential;
  /** Of a caller with a run token: one that was made at this moment. */
  readonly fresh: string | null;
}

/**
 * A request that brings a session is judged by that alone, so that one that has ended is told and not passed over.
 * Errors: `unauthenticated`.
 */
export async function authenticate(
  accounts: Accounts,
  access: JudgedRoute["access"],
  request: ApiRequest,
): Promise<Caller> {
  const takesKey = access === "key" || access === "run_or_key";
  const takesRun = access === "run" || access === "run_or_key";
  const token = request.headers["dispatched-session"] ?? "";
  const ofRun = takesRun ? runTokenOf(request, token) : null;
  if (ofRun !== null) return byRunToken(accounts, request, ofRun);
  if (token !== "") return known(await accounts.bySession(token), "session");
  const apiKey = request.headers["dispatched-key"] ?? "";
  if (takesKey && apiKey !== "") return known(await accounts.byKey(apiKey), "key");
  return known(null, "session");
}

const runToken = /^dst_run_/;

/** A session's token is taken from the header only: addresses are written to logs. */
function runTokenOf(request: ApiRequest, header: string): string | null {
  if (runToken.test(header)) return header;
  const given = header === "" ? (request.query.get("session") ?? "") : "";
  return runToken.test(given) ? given : null;
}

async function byRunToken(accounts: Accounts, request: ApiRequest, token: string): Promise<Caller> {
  const run = asRunId(request.params["id"] ?? "");
  const read = run === null ? null : await accounts.byRunToken(token, run);
  return { ...known(read?.tenant ?? null, "run"), fresh: read?.fresh ?? null };
}

function known(tenant: TenantId | null, by: Credential): Caller {
  if (tenant !== null) return { tenant, by, fresh: null };
  const words = { session: "session", key: "API key", run: "run token" } as const;
  throw new DispatchedError("unauthenticated", `the request brings no valid ${words[by]}`, {
    hint: "sign in: `dispatched login`, then `dispatched token` prints the token for the header Dispatched-Session",
  });
}
