// Ports that are free on this machine, in the place of those that a guide names.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The engine's, the shop's, and those of services of a page itself. */
const named = ["4000", "4100", "4201", "4202", "4203"];

export async function freePorts(): Promise<Readonly<Record<string, string>>> {
  // All at once, so that none is given twice.
  return Object.fromEntries(await Promise.all(named.map(async (port) => [port, await freePort()])));
}

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
