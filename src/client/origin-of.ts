// The address of a server, as a program gives it.

import { ClientError } from "./client-error.ts";

/**
 * `https://flows.example`, without a slash at its end. Errors: `usage` for what is no address, and for one with more than that: a
 * path would be lost, for a server stands at the root of its host.
 */
export function originOf(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    const isHost = /^[\w.-]+(:\d+)?\/?$/.test(url) && URL.canParse(`http://${url}`);
    // What is no host either is not told: it may be a token that stands in the wrong place.
    const what = isHost ? JSON.stringify(url) : "what was given";
    const example = isHost ? `http://${url}` : "https://flows.example";
    throw wrong(
      `${what} is no address of a server: one begins with http:// or https://, such as ${example}`,
      example,
    );
  }
  const { origin, pathname, search, hash, username, password } = new URL(url);
  if (pathname === "/" && search + hash + username + password === "") return origin;
  throw wrong(
    `a server stands at the root of its host, so its address has no path, query or credentials: ${origin}`,
    origin,
  );
}

function wrong(detail: string, origin: string): ClientError {
  return new ClientError("usage", 0, detail, { code: "usage", detail, hint: `give ${origin}` });
}
