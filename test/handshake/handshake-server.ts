// An HTTP server with the two addresses of the handshake and one tenant, for clients of any language.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Confirmation } from "../../src/handshake/confirmation.ts";
import type { Handshakes, KnownTenant } from "../../src/ports/handshake.ts";
import type { Json } from "../../src/value/json.ts";
import { DispatchedError } from "../../src/value/problem.ts";

export interface HandshakeServerOptions {
  /** The server's half, for the origin that it turns out to have. */
  readonly open: (origin: string) => Handshakes;
  readonly apiKey: string;
  readonly tenant: KnownTenant;
  readonly confirmation: Confirmation;
  /** Moves the clock of confirmations, in milliseconds. */
  readonly late?: number;
}

export interface RunningHandshakeServer {
  readonly origin: string;
  readonly server: Server;
}

/** Each handshake is confirmed once, as the store of the product sees to. */
export async function startHandshakeServer(options: HandshakeServerOptions): Promise<RunningHandshakeServer> {
  const taken = new Set<string>();
  let handshakes: Handshakes | null = null;
  const answer = (path: string, apiKey: string, body: Json): Json => {
    if (handshakes === null) throw new Error("nobody asks before the server listens");
    if (path === "/api/session") {
      const tenant = apiKey === options.apiKey ? options.tenant : null;
      return handshakes.begin(apiKey, tenant, body, Date.now());
    }
    const confirmed = handshakes.confirm(body, Date.now() + (options.late ?? 0));
    if (taken.has(confirmed.jti))
      throw new DispatchedError("handshake_refused", "The handshake was refused.");
    taken.add(confirmed.jti);
    return confirmed.finish(options.confirmation);
  };
  const server = createServer(async (request, response) => {
    try {
      const body = JSON.parse(await text(request)) as Json;
      const apiKey = String(request.headers["dispatched-key"] ?? "");
      response.end(JSON.stringify(answer(request.url ?? "", apiKey, body)));
    } catch (error) {
      const code = error instanceof DispatchedError ? error.code : "internal";
      response.writeHead(code === "internal" ? 500 : 401).end(JSON.stringify({ code }));
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  handshakes = options.open(origin);
  return { origin, server };
}
