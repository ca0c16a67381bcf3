// The HTTP server: routes, credentials, problems, shutdown.

import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { EngineApi } from "../engine/engine-api.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { TenantId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiAnswer, type ApiRequest, headersOf } from "./api-request.ts";
import { asDispatchedError, problemAnswer } from "./problem-answer.ts";
import type { Route } from "./route.ts";
import { allRoutes } from "./routes/all-routes.ts";

export interface ListenOptions {
  readonly engine: EngineApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly authenticate: (token: string) => TenantId | null;
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

type Env = { Bindings: HttpBindings };

/** Errors: `port_in_use`. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const app = new Hono<Env>({ strict: true });
  for (const route of allRoutes)
    app.on(route.method, route.path, (context) => handle(options, route, context));
  const paths = new Set(allRoutes.map((route) => route.path));
  for (const path of paths) app.all(path, () => respond(problemAnswer(wrongMethod(path))));
  app.notFound(() =>
    respond(problemAnswer(new DispatchedError("not_found", "there is nothing at this address"))),
  );
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { maxHeaderSize: limits.header_bytes, requestTimeout: 60_000, headersTimeout: 20_000 },
  }) as Server;
  server.keepAliveTimeout = 65_000;
  server.on("clientError", refuseBroken);
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

async function handle(options: ListenOptions, route: Route, context: Context<Env>): Promise<Response> {
  const request = requestOf(context);
  try {
    return respond(await answer(options, route, request), request.incoming);
  } catch (error) {
    const known = asDispatchedError(error);
    if (known.code === "internal") {
      options.log.write("error", "request.failed", {
        method: route.method,
        path: route.path,
        at: placeOf(error),
      });
    }
    return respond(problemAnswer(known), request.incoming);
  }
}

function answer(options: ListenOptions, route: Route, request: ApiRequest): Promise<ApiAnswer> {
  if (route.access === "anyone") return route.handle(options, request);
  const token = request.headers["dispatched-session"] ?? "";
  const tenant = token === "" ? null : options.authenticate(token);
  if (tenant === null) {
    throw new DispatchedError("unauthenticated", "the header Dispatched-Session holds no valid token", {
      hint: "`dispatched token` prints the one of this machine",
    });
  }
  return route.handle(options, request, tenant);
}

function requestOf(context: Context<Env>): ApiRequest {
  const { incoming } = context.env;
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    params: context.req.param() as Record<string, string>,
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers: headersOf(incoming),
    incoming,
  };
}

/** A body that was not read to its end would stand before the next request: the connection is then closed. */
function respond({ status, headers, body }: ApiAnswer, incoming?: IncomingMessage): Response {
  const unread = incoming !== undefined && !incoming.complete;
  return new Response(body, { status, headers: unread ? { ...headers, connection: "close" } : headers });
}

function wrongMethod(path: string): DispatchedError {
  const methods = allRoutes.filter((route) => route.path === path).map((route) => route.method);
  return new DispatchedError("method_not_allowed", `this address takes ${methods.join(", ")}`);
}

/** Where an error came from, without its text: that may hold data. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 6).map((line) => line.trim())].join(" ");
}

/** What is no HTTP never comes to a route: the answer is written by hand. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const problem = problemAnswer(
    new DispatchedError(
      "invalid_header",
      tooLarge ? "the headers are too large" : "the request is not valid HTTP/1.1",
    ),
  );
  const head = Object.entries({ ...problem.headers, connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const body = problem.body ?? "";
  head.push(`content-length: ${Buffer.byteLength(body)}`);
  socket.end(`HTTP/1.1 ${problem.status} Bad Request\r\n${head.join("\r\n")}\r\n\r\n${body}`);
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      reject(
        new DispatchedError("port_in_use", `another process listens on port ${port}`, {
          hint: "name another with --port, or 0 for a free one",
        }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
