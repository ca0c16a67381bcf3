// Resolves a reference against an address (RFC 3986, section 5), for http and https.

import { withoutDotSegments } from "./dot-segments.ts";

const absolute = /^https?:\/\//i;
const parts = /^(https?:\/\/[^/?#]*)([^?#]*)/i;

/** The address that `reference` means at `base`, without its fragment; null when it is none that can be called. */
export function resolveUrl(base: string, reference: string): string | null {
  const text = reference.trim().replace(/#.*$/s, "");
  if (/[\s\\\p{Cc}]/u.test(text)) return null;
  if (absolute.test(text)) return text;
  const found = parts.exec(base);
  if (found === null || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return null;
  const [, origin = "", path = ""] = found;
  if (text.startsWith("//")) return `${origin.slice(0, origin.indexOf(":") + 1)}${text}`;
  if (text === "") return `${origin}${path}`;
  if (text.startsWith("?")) return `${origin}${path}${text}`;
  const query = text.indexOf("?");
  const [own, rest] = query < 0 ? [text, ""] : [text.slice(0, query), text.slice(query)];
  const whole = own.startsWith("/") ? own : `${path.slice(0, path.lastIndexOf("/") + 1) || "/"}${own}`;
  return `${origin}${withoutDotSegments(whole)}${rest}`;
}

/** Scheme, host and port of an address, in lowercase and without a default port. */
export function originOf(url: string): string {
  const origin = (parts.exec(url)?.[1] ?? "").toLowerCase();
  return origin.replace(/^(http:\/\/[^/]*):80$/, "$1").replace(/^(https:\/\/[^/]*):443$/, "$1");
}
