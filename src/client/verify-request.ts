// For services that are called: whether a request was signed by Dispatched, is whole, is recent and has not come before.
// With Web Crypto and nothing else, so that it runs in Node, browsers, Deno and workers.

import { type InnerList, type Item, parseDictionary } from "structured-headers";
import { type SignedRequest, signatureBase } from "../value/signature-base.ts";
import { memoryReplayStore, type ReplayStore } from "./replay-store.ts";

export interface VerifyOptions {
  /** Secrets as they were printed, by their ids (`keyid`). One text: for every id. */
  readonly secrets: string | Readonly<Record<string, string>>;
  /** How old a signature may be and how far clocks may differ, in seconds. Default 300, that of `expires`. */
  readonly toleranceSeconds?: number;
  /** Where keys that came are kept; null to take repeats, which carry the same idempotency key. Default: in memory. */
  readonly replays?: ReplayStore | null;
  /** The address as the workflow has it, up to the path: behind a proxy the request names another. `https://shop.example` */
  readonly origin?: string;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

/** A request of Node (`http.IncomingMessage`, `http2.Http2ServerRequest`), as far as it is looked at. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Of Express and its kind: the whole path, where `url` is what a mounted router left of it. */
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Encrypted or not; what is behind a proxy gives `origin`. */
  readonly socket?: object | null;
}

export type RefusalReason =
  | "not_signed"
  | "unknown_key"
  | "not_covered"
  | "too_old"
  | "digest_mismatch"
  | "signature_mismatch"
  | "repeated";

export type Verified =
  | { readonly ok: true; readonly keyId: string; readonly idempotencyKey: string | null }
  /** For the log of the service; the caller is told 401 and no more. */
  | { readonly ok: false; readonly reason: RefusalReason };

const covered = ["@method", "@target-uri", "content-digest"];
const encoder = new TextEncoder();
/** A variable that was not set, say. */
const noSecret =
  "verifyRequest has no secret: give it what `dispatched signing-secret create` printed, as `secrets`";
/** Repeats of every option-less call of a process are seen. */
const ownReplays = memoryReplayStore();

/**
 * Judges `request` with the bytes of its body (read them first, as they came). Takes signatures as
 * docs/reference/signatures.md describes them (RFC 9421, `hmac-sha256`; RFC 9530). Never throws for what a request says;
 * rejects with what `replays` rejects with, and with a TypeError where `secrets` is not set, or empty.
 */
export async function verifyRequest(
  request: Request | NodeRequest,
  body: Uint8Array | string,
  options: VerifyOptions,
): Promise<Verified> {
  const { secrets } = options as { readonly secrets?: VerifyOptions["secrets"] };
  if (secrets === undefined || secrets === "") throw new TypeError(noSecret);
  const signed = readRequest(request, options.origin);
  const now = Math.floor((options.now ?? Date.now)() / 1_000);
  const candidate = await findSignature(signed, options, now);
  if (typeof candidate === "string") return { ok: false, reason: candidate };
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  if (!(await digestFits(signed.header("content-digest") ?? "", bytes))) {
    return { ok: false, reason: "digest_mismatch" };
  }
  const idempotencyKey = signed.header("idempotency-key");
  const { replays = ownReplays } = options;
  // A retry has the same idempotency key and another nonce: what is seen twice is one sending, by whichever signature.
  if (replays !== null && !(await replays.add(candidate.sending, candidate.expires))) {
    return { ok: false, reason: "repeated" };
  }
  return { ok: true, keyId: candidate.keyId, idempotencyKey };
}

interface Candidate {
  readonly keyId: string;
  /** What names this very sending: the nonce, or the base64 of a signature that has none. */
  readonly sending: string;
  /** Seconds since 1970, from when it is refused for its age. */
  readonly expires: number;
}

/** The first signature that holds; else why the last one that could be judged does not. */
async function findSignature(
  signed: SignedRequest,
  { secrets, toleranceSeconds = 300 }: VerifyOptions,
  now: number,
): Promise<Candidate | RefusalReason> {
  const inputs = readInputs(signed.header("signature-input"));
  const signatures = readSignatures(signed.header("signature"));
  let reason: RefusalReason = "not_signed";
  for (const [label, input] of inputs) {
    const signature = signatures.get(label);
    const keyId = input[1].get("keyid");
    if (signature === undefined || typeof keyId !== "string") continue;
    const secret =
      typeof secrets === "string" ? secrets : Object.hasOwn(secrets, keyId) ? secrets[keyId] : undefined;
    if (secret === undefined) {
      reason = "unknown_key";
      continue;
    }
    const judged = await judge(signed, input, { secret, signature, toleranceSeconds, now });
    if (typeof judged !== "string") {
      const nonce = input[1].get("nonce");
      const sending = typeof nonce === "string" && nonce !== "" ? nonce : base64(signature);
      return { keyId, sending, expires: judged.expires };
    }
    reason = judged;
  }
  return reason;
}

interface Judging {
  readonly secret: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly toleranceSeconds: number;
  readonly now: number;
}

async function judge(
  signed: SignedRequest,
  input: InnerList,
  { secret, signature, toleranceSeconds, now }: Judging,
): Promise<{ readonly expires: number } | RefusalReason> {
  const algorithm = input[1].get("alg") ?? "hmac-sha256";
  const base = algorithm === "hmac-sha256" ? signatureBase(signed, input) : null;
  if (base === null || !coversAll(signed, input)) return "not_covered";
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  // Compared by Web Crypto, in the same time wherever they differ.
  if (!(await crypto.subtle.verify("HMAC", key, signature, encoder.encode(base))))
    return "signature_mismatch";
  const [created, expires] = [input[1].get("created"), input[1].get("expires")];
  if (typeof created !== "number" || typeof expires !== "number") return "too_old";
  const until = Math.min(expires, created + toleranceSeconds);
  return now > until || created > now + toleranceSeconds ? "too_old" : { expires: until + 1 };
}

/** What is not covered could be changed by anybody on the way. */
function coversAll(signed: SignedRequest, [components]: InnerList): boolean {
  const names = new Set(components.map(([name]: Item) => name));
  const demanded = signed.header("idempotency-key") === null ? covered : [...covered, "idempotency-key"];
  return demanded.every((name) => names.has(name));
}

async function digestFits(header: string, body: Uint8Array): Promise<boolean> {
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(body)));
  const digest = [...readSignatures(header)].find(([name]) => name === "sha-256")?.[1];
  return (
    digest !== undefined && digest.length === sha256.length && digest.every((byte, at) => byte === sha256[at])
  );
}

function readRequest(request: Request | NodeRequest, origin: string | undefined): SignedRequest {
  const { headers } = request;
  const header =
    typeof headers.get === "function"
      ? (name: string) => (headers as Headers).get(name)
      : (name: string) => textOf((headers as NodeRequest["headers"])[name]);
  return { method: request.method ?? "", url: addressOf(request, header, origin), header };
}

function addressOf(
  request: Request | NodeRequest,
  header: SignedRequest["header"],
  origin: string | undefined,
): string {
  const { url, originalUrl, socket } = request as NodeRequest;
  const written = originalUrl ?? url ?? "/";
  const whole = /^https?:/i.test(written) ? URL.parse(written) : null;
  if (origin !== undefined) {
    return `${origin.replace(/\/+$/, "")}${whole === null ? written : whole.pathname + whole.search}`;
  }
  if (whole !== null) return written;
  const scheme = (socket as { readonly encrypted?: boolean } | null)?.encrypted === true ? "https" : "http";
  // HTTP/2 has no `host`.
  return `${scheme}://${header("host") ?? header(":authority") ?? ""}${written}`;
}

function textOf(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : value.join(", ");
}

function readInputs(header: string | null): ReadonlyMap<string, InnerList> {
  const inputs = new Map<string, InnerList>();
  for (const [label, member] of dictionaryOf(header))
    if (Array.isArray(member[0])) inputs.set(label, member as InnerList);
  return inputs;
}

/** Byte sequences by their names: of `signature` and of `content-digest`. */
function readSignatures(header: string | null): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [label, [value]] of dictionaryOf(header)) {
    if (value instanceof ArrayBuffer) found.set(label, new Uint8Array(value));
  }
  return found;
}

function dictionaryOf(header: string | null): ReturnType<typeof parseDictionary> {
  try {
    return parseDictionary(header ?? "");
  } catch {
    return new Map();
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
