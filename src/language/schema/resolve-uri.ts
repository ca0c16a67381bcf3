// Resolves a reference against a base (RFC 3986, section 5.2), as far as schemas need it.

import { withoutDotSegments } from "../../value/dot-segments.ts";

const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s;

interface Uri {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** The absolute URI without its fragment, and the fragment without `#`. */
export function resolveUri(
  reference: string,
  base: string,
): { readonly uri: string; readonly fragment: string } {
  const target = split(reference);
  const from = split(base);
  const fragment = target.fragment;
  if (target.scheme !== undefined)
    return { uri: join({ ...target, path: withoutDotSegments(target.path) }), fragment };
  const scheme = from.scheme;
  if (target.authority !== undefined)
    return { uri: join({ ...target, scheme, path: withoutDotSegments(target.path) }), fragment };
  const { authority } = from;
  if (target.path === "")
    return {
      uri: join({ scheme, authority, path: from.path, query: target.query || from.query, fragment: "" }),
      fragment,
    };
  const path = target.path.startsWith("/")
    ? target.path
    : `${from.path.slice(0, from.path.lastIndexOf("/") + 1)}${target.path}`;
  return {
    uri: join({ scheme, authority, path: withoutDotSegments(path), query: target.query, fragment: "" }),
    fragment,
  };
}

function split(uri: string): Uri {
  const [, scheme, authority, path = "", query = "", fragment = ""] = parts.exec(uri) ?? [];
  return { scheme, authority, path, query, fragment: fragment.slice(1) };
}

function join({ scheme, authority, path, query }: Uri): string {
  return `${scheme === undefined ? "" : `${scheme}:`}${authority === undefined ? "" : `//${authority}`}${path}${query}`;
}
