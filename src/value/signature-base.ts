// What a signature over a request signs: its components, line by line (RFC 9421, sections 2 and 2.5).

import {
  type BareItem,
  type InnerList,
  type Parameters,
  serializeInnerList,
  serializeItem,
} from "structured-headers";

export interface SignedRequest {
  readonly method: string;
  /** Absolute, as a parser of addresses writes it (WHATWG URL); the fragment does not count. */
  readonly url: string;
  /** The value of a header by its name in lowercase, those of a repeated one joined by ", "; null when it is absent. */
  readonly header: (name: string) => string | null;
}

type Derive = (request: SignedRequest, url: URL) => string;

/** RFC 9421, section 2.2; of a response there are none here. */
const derived: Readonly<Record<string, Derive>> = {
  "@method": ({ method }) => method,
  "@target-uri": (_request, url) => url.origin + url.pathname + url.search,
  "@authority": (_request, url) => url.host,
  "@scheme": (_request, url) => url.protocol.slice(0, -1),
  "@request-target": (_request, url) => url.pathname + url.search,
  "@path": (_request, url) => url.pathname,
  "@query": (_request, url) => url.search || "?",
};

/**
 * The text under the signature; null when a component is not there or is of a kind that is not known here. Throws what the
 * serializer throws for an inner list that is none.
 * @param input the covered components with the parameters of the signature
 */
export function signatureBase(request: SignedRequest, input: InnerList): string | null {
  const url = URL.parse(request.url);
  if (url === null) return null;
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const [name, parameters] of input[0]) {
    const value = componentValue(request, url, name, parameters);
    const identifier = serializeItem(name, parameters);
    // No component stands twice (section 2).
    if (value === null || /[\r\n]/.test(value) || seen.has(identifier)) return null;
    seen.add(identifier);
    lines.push(`${identifier}: ${value}`);
  }
  lines.push(`"@signature-params": ${serializeInnerList(input)}`);
  return lines.join("\n");
}

function componentValue(
  request: SignedRequest,
  url: URL,
  name: BareItem,
  parameters: Parameters,
): string | null {
  if (typeof name !== "string" || parameters.size > 0) return null;
  if (!name.startsWith("@")) return request.header(name)?.trim() ?? null;
  const derive = Object.hasOwn(derived, name) ? derived[name] : undefined;
  return derive === undefined ? null : derive(request, url);
}
