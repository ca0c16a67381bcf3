// Runs a test against a server on a free port of this machine, and ends both.

import type { AddressInfo, Server } from "node:net";
import { loopbackRanges } from "../../src/outbound/address-guard.ts";
import { UndiciCaller, type UndiciCallerOptions } from "../../src/outbound/undici-caller.ts";
import type { OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";

export interface Reached {
  readonly port: number;
  readonly caller: UndiciCaller;
  /** A GET of the server's `/`, with ample limits, unless said otherwise. */
  get(changes?: Partial<OutboundRequest>): Promise<OutboundOutcome>;
}

export async function withServer(
  server: Server,
  run: (reached: Reached) => Promise<void>,
  options: UndiciCallerOptions & { readonly host?: string; readonly scheme?: string } = {},
): Promise<void> {
  const { host = "127.0.0.1", scheme = "http", ...callerOptions } = options;
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const caller = new UndiciCaller({ allowedRanges: loopbackRanges, ...callerOptions });
  const base = { method: "GET", headers: [], body: null, timeoutMs: 5000, maxBytes: 1_000_000 };
  const url = `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}/`;
  try {
    await run({ port, caller, get: (changes) => caller.call({ ...base, url, ...changes }).outcome });
  } finally {
    for (const socket of sockets) socket.destroy();
    await caller.close();
    await new Promise((resolve) => server.close(resolve));
  }
}
