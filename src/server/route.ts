// A route: where it is, who may call it, what it does.

import type { EngineApi } from "../engine/engine-api.ts";
import type { Clock } from "../ports/clock.ts";
import type { TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { type ApiAnswer, type ApiRequest, jsonType } from "./api-request.ts";

export interface RouteContext {
  readonly engine: EngineApi;
  readonly clock: Clock;
}

interface RoutePlace {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** `:name` stands for one part of the path. */
  readonly path: string;
}

/** Every route says who may call it: there is no default. */
export type Route = RoutePlace &
  (
    | {
        readonly access: "anyone";
        readonly handle: (context: RouteContext, request: ApiRequest) => Promise<ApiAnswer>;
      }
    | {
        /** The header `Dispatched-Session` holds a valid token: the tenant comes from it and from nowhere else. */
        readonly access: "session";
        readonly handle: (context: RouteContext, request: ApiRequest, tenant: TenantId) => Promise<ApiAnswer>;
      }
  );

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
