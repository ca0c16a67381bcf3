// Sends what the methods of a client ask: with the session's token, again where that does no harm, and as streams.

import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { type AskAgainOptions, askAgain } from "./ask-again.ts";
import { type Ask, askError, askJson, askServer, problemOf } from "./ask-json.ts";
import { ClientError } from "./client-error.ts";
import { type FollowOptions, followStream } from "./follow-stream.ts";
import { openStream } from "./open-stream.ts";
import { originOf } from "./origin-of.ts";
import type { AnswerOf, InputsOf, RouteKey } from "./route-types.ts";
import type { TokenSource } from "./session.ts";

export interface ClientOptions {
  /**
   * How often a request is sent again of which a second one does no more than the first, when nothing answers or the server says
   * that it may be. Default 3.
   */
  readonly retries?: number;
  /** Called before a request is sent again, with what went wrong. */
  readonly onAgain?: ((error: ClientError) => void) | undefined;
}

/** One message of a stream. */
export interface StreamMessage {
  readonly id: string;
  readonly event: string;
  readonly value: Json;
}

interface AnyInput {
  readonly path?: object;
  readonly query?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

export const jsonHeaders = { "content-type": "application/json" } as const;

/** What every method stands on. */
export abstract class Asker {
  readonly #url: string;
  readonly #token: string | TokenSource;
  readonly #again: AskAgainOptions;

  /**
   * @param url `http://127.0.0.1:4000`
   * @param token of a session; empty for what needs none
   * Throws a `ClientError`: `usage` for what is no address of a server.
   */
  constructor(url: string, token: string | TokenSource, { retries = 3, onAgain }: ClientOptions = {}) {
    this.#url = originOf(url);
    this.#token = token;
    this.#again = { retries, onAgain };
  }

  /** A client of the same server by the same token, with other options. */
  withOptions(options: ClientOptions): this {
    return this.#same(this.#token, options);
  }

  /** Ends the session by `ask`, whose client is the last that has a token of it. */
  protected async endBy(ask: (last: this) => Promise<void>): Promise<void> {
    const source = this.#token;
    if (typeof source === "string" || source.end === undefined) return ask(this);
    await source.end((last) => ask(this.#same(last, this.#again)));
  }

  #same(token: string | TokenSource, options: ClientOptions): this {
    const Same = this.constructor as new (...given: ConstructorParameters<typeof Asker>) => this;
    return new Same(this.#url, token, options);
  }

  /** One request. @param route as the description writes it. Throws a `ClientError`. */
  protected ask<Key extends RouteKey>(route: Key, ...[input]: InputsOf<Key>): Promise<AnswerOf<Key>> {
    const { path = {}, query = {}, headers = {}, json, text } = (input ?? {}) as AnyInput;
    const { method, path: address } = placeOf(route, path);
    const ask = {
      query: textsOf(query),
      headers: json === undefined ? headers : { ...jsonHeaders, ...headers },
      ...(json === undefined ? {} : { body: stringifyJson(json as Json) }),
      ...(text === undefined ? {} : { body: text }),
    } satisfies Ask;
    return askAgain({ method, headers: ask.headers }, this.#again, () =>
      this.#withToken(async (token) => {
        const credential: Record<string, string> = token === "" ? {} : { "dispatched-session": token };
        const answer = await askJson(this.#url, method, address, {
          ...ask,
          headers: { ...credential, ...ask.headers },
        });
        return answer as unknown as AnswerOf<Key>;
      }),
    );
  }

  /** The answer of a route that gives bytes, its body unread. Throws a `ClientError`. */
  protected open<Key extends RouteKey>(route: Key, ...[input]: InputsOf<Key>): Promise<Response> {
    const { path = {} } = (input ?? {}) as AnyInput;
    const { method, path: address } = placeOf(route, path);
    return askAgain({ method, headers: {} }, this.#again, () =>
      this.#withToken(async (token) => {
        const headers: Record<string, string> = token === "" ? {} : { "dispatched-session": token };
        const answer = await askServer(this.#url, method, address, { headers });
        if (answer.status >= 400) throw await problemOf(this.#url, answer);
        return answer;
      }),
    );
  }

  /** What comes by a route that streams: one connection after the other, until the server says that it is over. */
  protected async *stream<Key extends RouteKey>(
    route: Key,
    options: FollowOptions,
    ...[input]: InputsOf<Key>
  ): AsyncGenerator<StreamMessage> {
    const { path = {}, query = {} } = (input ?? {}) as AnyInput;
    const ask = { query: textsOf(query) };
    const open = (lastEventId: string, signal: AbortSignal | undefined) =>
      this.#withToken((token) =>
        openStream(this.#url, placeOf(route, path).path, { ...ask, token, lastEventId, signal }),
      );
    for await (const { id, event, data } of followStream(open, options)) {
      const parsed = parseJson(data, "ours");
      if (!parsed.ok) throw askError(200);
      yield { id, event, value: parsed.value };
    }
  }

  /** Once more with another token, when one was refused and there is another. */
  async #withToken<Result>(use: (token: string) => Promise<Result>): Promise<Result> {
    const token = typeof this.#token === "string" ? this.#token : await this.#token.token();
    try {
      return await use(token);
    } catch (error) {
      const ended = error instanceof ClientError && error.code === "unauthenticated";
      const next = ended && typeof this.#token !== "string" ? await this.#token.renew(token) : null;
      if (next === null) throw error;
      return use(next);
    }
  }
}

/** `GET /api/runs/{id}` with what stands for the names in braces. */
function placeOf(route: string, given: object): { readonly method: string; readonly path: string } {
  const [method = "", template = ""] = route.split(" ");
  const values = given as Readonly<Record<string, string>>;
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  return { method, path };
}

function textsOf(query: object): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}
