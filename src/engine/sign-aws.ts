// AWS Signature Version 4 in headers (AWS, "Create a signed AWS API request").

import type { OutboundRequest } from "../ports/caller.ts";
import type { Vault } from "../ports/vault.ts";
import { bodyDigest } from "./body-digest.ts";
import { hex } from "./hex.ts";

type Texts = Readonly<Record<string, string>>;
type Pairs = readonly (readonly [string, string])[];

const algorithm = "AWS4-HMAC-SHA256";
const encoder = new TextEncoder();

/**
 * The request with `authorization`, `x-amz-date`, `x-amz-content-sha256` and, with a session token, `x-amz-security-token`.
 * Signed are these, `host`, `content-type` and every other `x-amz-` header. As it was when its address is none.
 * @param texts the fields of `auth`
 * @param nowMs milliseconds since 1970
 */
export function signAws(
  vault: Pick<Vault, "mac" | "digest">,
  texts: Texts,
  request: OutboundRequest,
  nowMs: number,
): OutboundRequest {
  const url = URL.parse(request.url);
  if (url === null) return request;
  const { access_key_id = "", secret_access_key = "", session_token, region = "", service = "" } = texts;
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const payload = hex(bodyDigest(vault, request.body));
  const own: Pairs = [
    ["x-amz-content-sha256", payload],
    ["x-amz-date", time],
    ...(session_token === undefined ? [] : [["x-amz-security-token", session_token] as const]),
  ];
  const headers = [...request.headers.filter(([name]) => !own.some(([ours]) => ours === name)), ...own];
  const signed = signedHeaders([...headers, ["host", url.host]]);
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    request.method,
    canonicalPath(url.pathname, service),
    canonicalQuery(url.search),
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    payload,
  ].join("\n");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const toSign = [algorithm, time, scope.join("/"), hex(vault.digest(encoder.encode(canonical)))].join("\n");
  const key = scope.reduce<Uint8Array>(
    (before, part) => vault.mac(before, encoder.encode(part)),
    encoder.encode(`AWS4${secret_access_key}`),
  );
  const signature = hex(vault.mac(key, encoder.encode(toSign)));
  const credential = `Credential=${access_key_id}/${scope.join("/")}`;
  const value = `${algorithm} ${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...request, headers: [...headers, ["authorization", value]] };
}

/** In the order of names; those of one name joined, white space made single. */
function signedHeaders(headers: Pairs): Pairs {
  const byName = new Map<string, string>();
  for (const [name, value] of headers) {
    if (name !== "host" && name !== "content-type" && !name.startsWith("x-amz-")) continue;
    const tidy = value.trim().replace(/ +/g, " ");
    const before = byName.get(name);
    byName.set(name, before === undefined ? tidy : `${before},${tidy}`);
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Each segment as it is sent is encoded once more; for S3 it is encoded once, however it is sent. */
function canonicalPath(path: string, service: string): string {
  if (service === "s3")
    return path
      .split("/")
      .map((segment) => encoded(decoded(segment)))
      .join("/");
  return path
    .split("/")
    .filter((segment, index, all) => segment !== "" || index === 0 || index === all.length - 1)
    .map((segment) => encoded(segment))
    .join("/");
}

function canonicalQuery(search: string): string {
  if (search === "" || search === "?") return "";
  const pairs = search
    .slice(1)
    .split("&")
    .filter((part) => part !== "")
    .map((part): readonly [string, string] => {
      const at = part.indexOf("=");
      const [name, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      return [encoded(decoded(name)), encoded(decoded(value))];
    });
  return pairs
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** RFC 3986, section 2.3: only unreserved characters stand as they are. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What is no encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
