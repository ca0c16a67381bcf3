// What each route of the API takes and answers, by its method and path: read off the generated description.

import type { Routes } from "./api/index.ts";

/** `GET /api/runs/{id}` */
export type RouteKey = keyof Routes;

/** A list or a number may also be text, as an address has it: `failed,waiting`, `20`. */
type Given<Value> = Value | (Value extends readonly unknown[] | number | boolean ? string : never);

/** Parameters of its query. */
export type QueryOf<Key extends RouteKey> = Routes[Key] extends { readonly query: infer Query }
  ? { readonly [Name in keyof Query]: Given<Query[Name]> }
  : Readonly<Record<never, never>>;

/** What its body holds, where that is JSON. */
export type BodyOf<Key extends RouteKey> = Routes[Key] extends { readonly body: infer Body } ? Body : never;

type AnswersOf<Key extends RouteKey> = Routes[Key]["answers"];

/** Any of its answers that has a body; null when none has. */
export type AnswerOf<Key extends RouteKey> = [Exclude<AnswersOf<Key>[keyof AnswersOf<Key>], null>] extends [
  never,
]
  ? null
  : Exclude<AnswersOf<Key>[keyof AnswersOf<Key>], null>;

type PathOf<Key extends RouteKey> = Routes[Key] extends { readonly path: infer Path } ? Path : null;

interface Sent<Key extends RouteKey> {
  readonly query?: QueryOf<Key>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: BodyOf<Key>;
  /** A body as it is sent, in the place of `json`; `headers` say what it is. */
  readonly text?: string;
}

/** What a request of the route is made of. */
export type InputOf<Key extends RouteKey> =
  PathOf<Key> extends null ? Sent<Key> : Sent<Key> & { readonly path: PathOf<Key> };

/** May be left out where the path names nothing. */
export type InputsOf<Key extends RouteKey> =
  PathOf<Key> extends null ? readonly [input?: InputOf<Key>] : readonly [input: InputOf<Key>];
