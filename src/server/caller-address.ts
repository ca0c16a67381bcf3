// From which address a request came: of the connection, or as proxies that are trusted say.

import { isIP } from "node:net";

/**
 * The last address that no trusted proxy has. What stands before it in the header the caller may have written himself.
 * @param connected of the connection; @param forwarded `X-Forwarded-For`: each proxy adds at its end who asked it
 */
export function callerAddress(
  connected: string,
  forwarded: string | undefined,
  isTrusted: (address: string) => boolean,
): string {
  let caller = connected;
  const hops = (forwarded ?? "").split(",").map(addressIn);
  while (isTrusted(caller)) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    caller = before;
  }
  return caller;
}

/** Some proxies add the port. */
function addressIn(hop: string): string {
  const text = hop.trim();
  return /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
