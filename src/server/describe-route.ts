// What is told of a route beside its place: from it requests are judged, and OpenAPI is written.

import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import type { ErrorCode } from "../value/problem.ts";
import { type Members, optional, type TypedSchema, text } from "./typed-schema.ts";

export const tags = {
  workflows: "What is to run: documents, stored as versions",
  runs: "What ran and runs: started, followed, steered",
  events: "CloudEvents from outside",
  schedules: "Runs by the clock",
  secrets: "Values that calls use, and nobody reads",
  inbox: "What comes while nobody is signed in: hooks, items, grants",
  accounts: "Tenants, sessions and keys",
  audit: "What was done with data and keys",
  hosts: "The services that are called",
  server: "The server itself",
  docs: "This documentation, as pages and as Markdown",
} as const;

export type Parameters = Readonly<Record<string, TypedSchema>>;

/** A body that is read as JSON and judged before the handler is called, or one that the handler reads by itself. */
export type BodyDescription<Body> =
  | {
      readonly type: "json";
      readonly schema: TypedSchema<Body>;
      /** What a request without a body is taken for. */
      readonly none: Json;
      readonly bytesMax: number;
    }
  | {
      readonly type: "raw";
      readonly content: Readonly<Record<string, TypedSchema>>;
      readonly required: boolean;
    };

export interface AnswerDescription {
  readonly about: string;
  /** Of JSON; none for an answer without a body. */
  readonly schema?: TypedSchema;
  /** By media type, for what is not JSON only. */
  readonly content?: Readonly<Record<string, TypedSchema>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RouteDescription<Query extends Parameters = Parameters, Body = unknown> {
  /** `operationId`: a verb and a noun. */
  readonly id: string;
  readonly tag: keyof typeof tags;
  /** One line, without a full stop. */
  readonly summary: string;
  /** More, in Markdown. */
  readonly about?: string;
  /** Of each `:name` in the path. */
  readonly params?: Parameters;
  /** What the query may hold; `any` for a route that passes all of it on. */
  readonly query?: Query;
  readonly anyQuery?: true;
  /** Its problems come as pages, too: to a browser. */
  readonly problemPages?: true;
  /** Headers that it looks at, beside credentials and what bodies need; lowercase names. */
  readonly headers?: Parameters;
  readonly body?: BodyDescription<Body>;
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** Codes beside those that follow from access, query and body: `errorsOf` tells all. */
  readonly errors: readonly ErrorCode[];
}

/** What the handler gets of a judged request. */
export interface Judged<Query extends Parameters, Body> {
  /** The query, each parameter as its schema says. */
  readonly asked: Members<Query>;
  readonly body: Body;
}

/** A JSON body; one that is missing is an object without members, unless `none` says otherwise. */
export function jsonBody<Body>(
  schema: TypedSchema<Body>,
  {
    none = {},
    bytesMax = limits.request_body_bytes,
  }: { readonly none?: Json; readonly bytesMax?: number } = {},
): BodyDescription<Body> {
  return { type: "json", schema, none, bytesMax };
}

export function answer(
  about: string,
  schema: TypedSchema,
  headers?: Readonly<Record<string, string>>,
): AnswerDescription {
  return { about, schema, ...(headers === undefined ? {} : { headers }) };
}

/** What the query of a route may hold: a run token may stand there, too. */
export function queryOf({
  query = {},
  access,
}: {
  readonly query?: Parameters;
  readonly access: string;
}): Parameters {
  return access === "run" || access === "run_or_key" ? { ...query, session: runTokenInQuery } : query;
}

const runTokenInQuery = optional(text("A run token, for those who cannot set headers"));
