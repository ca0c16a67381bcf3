// A route: where it is, who may call it, what it does.

import type { Accounts } from "../engine/accounts.ts";
import type { EngineApi } from "../engine/engine-api.ts";
import type { Clock } from "../ports/clock.ts";
import type { TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { type ApiAnswer, type ApiRequest, jsonType } from "./api-request.ts";

/** What a device must know of this server. */
export interface ServerIdentity {
  /** Texts of its public keys: one, or two while it changes. */
  readonly keys: readonly string[];
  /** As devices write it: `https://flows.example`. Known when it listens. */
  readonly origin: () => string;
  readonly registration: "open" | "invite" | "closed";
}

export interface RouteContext {
  readonly engine: EngineApi;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly server: ServerIdentity;
}

interface RoutePlace {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** `:name` stands for one part of the path. */
  readonly path: string;
}

/** By what a caller was known: a session, the API key alone, the run token of the run that the address names. */
export type Credential = "session" | "key" | "run";

/**
 * Every route says who may call it: there is no default.
 * - `anyone`
 * - `hook`: the address holds a token, and the handler judges it
 * - `handshake`: the handler judges message and API key
 * - `session`: the header `Dispatched-Session` holds the token of a session
 * - `key`: a session, or the header `Dispatched-Key` alone, which reads nothing
 * - `run`: a session, or the run token of `:id`, in the header `Dispatched-Session` or as `?session=`
 * - `run_or_key`: any of these
 */
export type Route = OpenRoute | JudgedRoute;

interface OpenRoute extends RoutePlace {
  readonly access: "anyone" | "hook" | "handshake";
  readonly handle: (context: RouteContext, request: ApiRequest) => Promise<ApiAnswer>;
}

export interface JudgedRoute extends RoutePlace {
  readonly access: "session" | "key" | "run" | "run_or_key";
  /** The tenant comes from the credential and from nowhere else. */
  readonly handle: (
    context: RouteContext,
    request: ApiRequest,
    tenant: TenantId,
    by: Credential,
  ) => Promise<ApiAnswer>;
}

/** Whether the handler itself judges who calls. */
export function isOpenAccess(route: Route): route is OpenRoute {
  return route.access === "anyone" || route.access === "hook" || route.access === "handshake";
}

export function jsonAnswer(
  status: number,
  value: Json,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  return {
    status,
    headers: { "content-type": jsonType, "cache-control": "no-store", ...headers },
    body: stringifyJson(value),
  };
}

export const emptyAnswer: ApiAnswer = { status: 204, headers: {}, body: null };

/** A whole number in the query. Errors: `invalid_query`. */
export function queryNumber(
  request: ApiRequest,
  name: string,
  range: { readonly least: number; readonly most: number; readonly fallback: number },
): number {
  const text = request.query.get(name);
  if (text === null) return range.fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.least && value <= range.most) return value;
  throw new DispatchedError(
    "invalid_query",
    `${name} is a whole number from ${range.least} to ${range.most}, and not ${JSON.stringify(text)}`,
  );
}

/** `true` or `false` in the query. Errors: `invalid_query`. */
export function queryFlag(request: ApiRequest, name: string, fallback: boolean): boolean {
  const text = request.query.get(name);
  if (text === null) return fallback;
  if (text === "true" || text === "false") return text === "true";
  throw new DispatchedError("invalid_query", `${name} is true or false, and not ${JSON.stringify(text)}`);
}

/** A version in the query, or null for the highest. */
export function queryVersion(request: ApiRequest): number | null {
  const version = queryNumber(request, "version", { least: 1, most: Number.MAX_SAFE_INTEGER, fallback: 0 });
  return version === 0 ? null : version;
}

export const pageLimit = { least: 1, most: 200, fallback: 50 } as const;
