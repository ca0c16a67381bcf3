// A route: where it is, who may call it, what it does.

import type { Accounts } from "../engine/accounts.ts";
import type { EngineApi } from "../engine/engine-api.ts";
import type { Clock } from "../ports/clock.ts";
import type { TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { type ApiAnswer, type ApiRequest, jsonType } from "./api-request.ts";
import type { Judged, Parameters, RouteDescription } from "./describe-route.ts";
import type { RequestRates } from "./rate-limits.ts";

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
  readonly rates: RequestRates;
}

interface RoutePlace extends RouteDescription {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** `:name` stands for one part of the path. */
  readonly path: string;
}

/** By what a caller was known: a session, the API key alone, the run token of the run that the address names. */
export type Credential = "session" | "key" | "run";

/**
 * Every route says who may call it: there is no default.
 * - `anyone`
 * - `hook`: the address holds a token, and the handler judges it before it reads the body
 * - `handshake`: the handler judges message and API key
 * - `link`: the body holds the code of a sign-in link, and the handler judges it
 * - `session`: the header `Dispatched-Session` holds the token of a session
 * - `key`: a session, or the header `Dispatched-Key` alone, which reads nothing
 * - `run`: a session, or the run token of `:id`, in the header `Dispatched-Session` or as `?session=`
 * - `run_or_key`: any of these
 */
export type Route = OpenRoute | JudgedRoute;

interface OpenRoute extends RoutePlace {
  readonly access: "anyone" | "hook" | "handshake" | "link";
  readonly handle: Handler<Parameters, unknown>;
}

export interface JudgedRoute extends RoutePlace {
  readonly access: "session" | "key" | "run" | "run_or_key";
  readonly handle: TenantHandler<Parameters, unknown>;
}

type Handler<Query extends Parameters, Body> = (
  context: RouteContext,
  request: ApiRequest & Judged<Query, Body>,
) => Promise<ApiAnswer>;

/** The tenant comes from the credential and from nowhere else. */
type TenantHandler<Query extends Parameters, Body> = (
  context: RouteContext,
  request: ApiRequest & Judged<Query, Body>,
  tenant: TenantId,
  by: Credential,
) => Promise<ApiAnswer>;

type Described<Query extends Parameters, Body> = RouteDescription<Query, Body> &
  Pick<RoutePlace, "method" | "path"> &
  (
    | { readonly access: OpenRoute["access"]; readonly handle: Handler<Query, Body> }
    | { readonly access: JudgedRoute["access"]; readonly handle: TenantHandler<Query, Body> }
  );

/** A route whose handler gets query and body as the description says: they are judged before it is called. */
export function route<const Query extends Parameters = Record<never, never>, Body = undefined>(
  described: Described<Query, Body>,
): Route {
  return described as unknown as Route;
}

/** Whether the handler itself judges who calls. */
export function isOpenAccess(route: Route): route is OpenRoute {
  return ["anyone", "hook", "handshake", "link"].includes(route.access);
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
