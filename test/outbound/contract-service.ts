// The service that the caller's contract is run against, on node:http.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

type Answer = (response: ServerResponse, rest: string, body: Buffer, request: IncomingMessage) => void;

/** A server of the behaviours that `src/ports/caller-contract.ts` describes; not listening yet. */
export function contractService(): Server {
  const arrivals = new Map<string, number>();
  const arrive = (token: string): void => void arrivals.set(token, (arrivals.get(token) ?? 0) + 1);
  const answers: Readonly<Record<string, Answer>> = {
    echo: (response, _rest, body, request) => {
      response.setHeader("x-method", request.method ?? "");
      response.setHeader("X-Given", request.headers["x-give"] ?? "");
      response.end(body);
    },
    status: (response, rest) => response.writeHead(Number(rest), { location: "/echo" }).end(),
    none: (response) => response.writeHead(204).end(),
    repeated: (response) => response.writeHead(200, { "x-part": ["a", "b"] }).end(),
    large: (response, rest) => response.end("x".repeat(Number(rest))),
    never: () => {},
    stall: (response) => response.writeHead(200, { "content-length": 10 }).write("part"),
    reset: (response, rest) => {
      arrive(rest);
      response.socket?.resetAndDestroy();
    },
    cut: (response, rest) => {
      arrive(rest);
      response.writeHead(200, { "content-length": 10 });
      response.write("half.", () => response.socket?.end());
    },
    arrivals: (response, rest) => response.end(`${arrivals.get(rest) ?? 0}`),
  };
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [, name = "", rest = ""] = /^\/([a-z]+)\/?([^?]*)/.exec(request.url ?? "") ?? [];
      const answer = answers[name];
      if (answer === undefined) response.writeHead(404).end();
      else answer(response, rest, Buffer.concat(chunks), request);
    });
  });
}
