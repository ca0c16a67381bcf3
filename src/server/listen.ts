// The HTTP server: routes, credentials, problems, shutdown.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { Accounts } from "../engine/accounts.ts";
import type { EngineApi } from "../engine/engine-api.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiAnswer, type ApiRequest, headersOf } from "./api-request.ts";
import { authenticate } from "./authenticate.ts";
import { callerAddress } from "./caller-address.ts";
import { queryOf } from "./describe-route.ts";
import { inSources } from "./in-sources.ts";
import { judgeBody, judgeQuery } from "./judge-request.ts";
import { openFilesMax } from "./open-files-max.ts";
import { OpenRequests } from "./open-requests.ts";
import { asDispatchedError, problemAnswer } from "./problem-answer.ts";
import { RateLimited, type RequestRate, type RequestRates, requestRates } from "./rate-limits.ts";
import { refuseBroken, refuseExpectation } from "./refuse-broken.ts";
import { isOpenAccess, type Route, type ServerIdentity } from "./route.ts";
import { servedRoutes } from "./routes/all-routes.ts";
import { whileSignedIn } from "./while-signed-in.ts";

export interface ListenOptions {
  readonly engine: EngineApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly accounts: Accounts;
  readonly server: ServerIdentity;
  /** Null: tenants may ask as often as they like. */
  readonly rate: RequestRate | null;
  /** Whether what a connection from there says of who asked it is believed. */
  readonly isTrustedProxy: (address: string) => boolean;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Listening {
  /** `http://127.0.0.1:N`. */
  readonly url: string;
  /** Takes no new connections. */
  refuse(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

type Serving = ListenOptions & { readonly rates: RequestRates; readonly open: OpenRequests };
type Env = { Bindings: HttpBindings };

const serverOptions = {
  maxHeaderSize: limits.header_bytes,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  // One that is missing is answered as a problem, where the address is made.
  requireHostHeader: false,
} as const;

/** What is JSON is never read as something else, and no address with a token in it is told to another site. */
const forBrowsers = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" } as const;

/** Errors: `port_in_use`, `invalid_configuration` for a port that may not be listened on. */
export async function listen(given: ListenOptions): Promise<Listening> {
  const files = openFilesMax();
  // The other half is for files, calls, and connections on which nothing is asked.
  const open = new OpenRequests(Math.floor(files / 2), (tenant, count) =>
    given.log.write("warn", "requests.full", { tenant, open: count }),
  );
  const options = { ...given, rates: requestRates(given.rate), open };
  const app = new Hono<Env>({ strict: true });
  for (const route of servedRoutes)
    app.on(route.method, route.path, (context) => handle(options, route, context));
  const paths = new Set(servedRoutes.map((route) => route.path));
  for (const path of paths) app.all(path, (context) => respond(otherMethod(path, context.req.method)));
  app.notFound((context) => respond(nothingAt(context.env.incoming)));
  app.onError((error) => respond(problemAnswer(asDispatchedError(error))));
  // A host or an address that is none fails before any route.
  const errorHandler = () =>
    respond(problemAnswer(new DispatchedError("bad_request", "no valid address, or no header `Host`")));
  const server = createServer(serverOptions, getRequestListener(app.fetch, { errorHandler }));
  server.keepAliveTimeout = 65_000;
  server.on("clientError", refuseBroken);
  server.on("checkExpectation", refuseExpectation);
  boundConnections(server, Math.floor((files * 3) / 4), given);
  await bind(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    refuse: () => {
      server.close();
      server.closeIdleConnections();
    },
    close: async () => {
      // Answers that were given a moment ago are let out first.
      await new Promise((resolve) => setTimeout(resolve, 50));
      server.closeAllConnections();
    },
  };
}

async function handle(options: Serving, route: Route, context: Context<Env>): Promise<Response> {
  const request = requestOf(options, context);
  try {
    return respond(await answer(options, route, request, context.env.outgoing));
  } catch (error) {
    const known = asDispatchedError(error);
    if (known.code === "internal") {
      options.log.write("error", "request.failed", {
        method: route.method,
        path: route.path,
        place: placeOf(error),
      });
    }
    return respond(problemAnswer(known, known instanceof RateLimited ? known.headers : {}));
  }
}

async function answer(
  options: Serving,
  route: Route,
  request: ApiRequest,
  outgoing: HttpBindings["outgoing"],
): Promise<ApiAnswer> {
  if (isOpenAccess(route)) return route.handle(options, await judged(route, request));
  const { tenant, by, fresh } = await authenticate(options.accounts, route.access, request);
  const told = options.rates.tenants?.take(tenant, options.clock.now()) ?? {};
  const more = fresh === null ? told : { ...told, "dispatched-session": fresh };
  let leave = () => {};
  try {
    leave = options.open.enter(tenant, options.clock.now());
    const handled = route.handle(options, await judged(route, request), tenant, by);
    // Who changed something is told, whatever became of the session.
    const isLook = route.method === "GET" && by === "session";
    const judge = () => authenticate(options.accounts, route.access, request);
    const { headers, ...given } = await (isLook ? whileSignedIn(options.clock, judge, handled) : handled);
    const all = isList(headers) ? [...headers, ...Object.entries(more)] : { ...headers, ...more };
    return { ...given, headers: all };
  } catch (error) {
    const known = asDispatchedError(error);
    if (known.code === "internal") throw error;
    return problemAnswer(known, told);
  } finally {
    // A stream is over with its connection, and who went away meanwhile is not heard of again.
    if (outgoing.closed) leave();
    else outgoing.once("close", leave);
  }
}

/** Who only connects keeps nobody else out: connections on which nothing is asked make room for those that come. */
function boundConnections(server: Server, max: number, { clock, log }: ListenOptions): void {
  let tellsAt = 0;
  server.maxConnections = max;
  server.on("drop", () => {
    server.closeIdleConnections();
    if (clock.now() < tellsAt) return;
    tellsAt = clock.now() + 60_000;
    log.write("warn", "connections.full", { max });
  });
}

function isList(
  headers: ApiAnswer["headers"],
): headers is Exclude<ApiAnswer["headers"], Readonly<Record<string, string>>> {
  return Array.isArray(headers);
}

/** Errors: `invalid_query`, `invalid_body` and what else keeps a body from being read. */
async function judged(route: Route, request: ApiRequest) {
  const asked = route.anyQuery ? {} : judgeQuery(request.query, queryOf(route));
  const body = route.body === undefined ? undefined : await judgeBody(request, route.body);
  return { ...request, asked, body };
}

function requestOf({ isTrustedProxy }: Serving, context: Context<Env>): ApiRequest {
  const { incoming } = context.env;
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const headers = headersOf(incoming);
  return {
    method: incoming.method ?? "GET",
    params: context.req.param() as Record<string, string>,
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers,
    incoming,
    address: callerAddress(incoming.socket.remoteAddress ?? "", headers["x-forwarded-for"], isTrustedProxy),
  };
}

/**
 * The rest of a body that was not read is thrown away by the listener, up to a limit: closing at once would reset the
 * connection, and the sender would not see the answer.
 */
function respond({ status, headers, body }: ApiAnswer): Response {
  // A record is written as it is: `Headers` would check and sort it, and the listener make a record of it again.
  if (!isList(headers)) return new Response(body, { status, headers: { ...forBrowsers, ...headers } });
  const all = new Headers(headers as [string, string][]);
  for (const [name, value] of Object.entries(forBrowsers)) if (!all.has(name)) all.set(name, value);
  return new Response(body, { status, headers: all });
}

/** Pages are at addresses without a slash at the end: who adds one is led there. */
function nothingAt({ method, url = "" }: HttpBindings["incoming"]): ApiAnswer {
  const mark = url.indexOf("?");
  const [path, query] = mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark)];
  const page = path.slice(0, -1);
  const isPage = page === "/api" || page === "/docs" || page.startsWith("/docs/");
  if (isPage && path.endsWith("/") && (method === "GET" || method === "HEAD"))
    return { status: 308, headers: { location: `${page}${query}` }, body: null };
  return problemAnswer(new DispatchedError("not_found", "there is nothing at this address"));
}

/** The methods of an address: asked for by OPTIONS, or told to who took another (RFC 9110, section 10.2.1). */
function otherMethod(path: string, method: string): ApiAnswer {
  const methods = servedRoutes.filter((route) => route.path === path).map((route) => route.method as string);
  if (methods.includes("GET")) methods.push("HEAD");
  const allow = [...methods, "OPTIONS"].join(", ");
  if (method === "OPTIONS") return { status: 204, headers: { allow }, body: null };
  return problemAnswer(new DispatchedError("method_not_allowed", `this address takes ${allow}`), { allow });
}

/** Where an error came from, without its text: that may hold data. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const frames = inSources(error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 6).map((line) => line.trim())].join(" ");
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const hint = "name another with --port, or 0 for a free one";
      reject(
        error.code === "EADDRINUSE"
          ? new DispatchedError("port_in_use", `another process listens on port ${port}`, { hint })
          : new DispatchedError("invalid_configuration", `port ${port}: ${error.code}`, {
              hint,
              cause: error,
            }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
