// What each kind of sender signs, where its signature stands, and what names a delivery of it.

import type { HmacRule, MacAlgorithm, PresetRule, SenderPreset, VerifyRule } from "../language/workflow.ts";
import type { TriggerData } from "../run/event.ts";
import { bytesOfBase64Url } from "../value/base64-url.ts";
import { isJsonObject, member } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { hex } from "./hex.ts";

/** What a request says of its signature, not judged yet. */
export interface SignedRequest {
  readonly algorithm: MacAlgorithm;
  /** The text under the HMAC. */
  readonly message: string;
  /** One of these must fit; null for one that is not even well written. */
  readonly macs: readonly (Uint8Array | null)[];
  /** The signed time as it came, in seconds since 1970; null where none is signed. */
  readonly time: { readonly text: string; readonly header: string; readonly toleranceMs: number } | null;
  /**
   * What names this delivery, so that the same comes to one run however often it is sent; null for nothing. A name that the
   * signature does not cover is not made of the header as it came, which could be written in many ways, but of the code.
   * @param mac the one that fits
   */
  readonly delivery: (mac: Uint8Array) => string | null;
  /** What the sender wants to hear back before it sends anything else; it starts nothing. */
  readonly challenge?: string | null;
}

type Signed = Pick<TriggerData, "headers" | "body"> & { readonly rawBody: string };

/** A text: the header that is missing. */
type Read = SignedRequest | string;

/** More than one signature may stand in a header, while a sender changes its secret. */
const signaturesMax = 16;

const presets: Readonly<Record<SenderPreset, (rule: PresetRule, request: Signed) => Read>> = {
  github: (_rule, { headers, rawBody }) => {
    const header = "x-hub-signature-256";
    const given = headers[header];
    if (given === undefined) return header;
    return {
      algorithm: "sha256",
      message: rawBody,
      macs: behind("sha256=", [given], bytesOfHex),
      time: null,
      delivery: () => headers["x-github-delivery"] ?? null,
    };
  },
  stripe: ({ toleranceMs }, signed) => {
    const { headers, rawBody } = signed;
    const header = "stripe-signature";
    const given = headers[header];
    if (given === undefined) return header;
    const parts = given.split(",", signaturesMax).map((part) => part.trim());
    const text = parts.find((part) => part.startsWith("t="))?.slice(2) ?? "";
    return {
      algorithm: "sha256",
      message: `${text}.${rawBody}`,
      macs: behind("v1=", parts, bytesOfHex),
      time: { text, header, toleranceMs },
      delivery: (mac) => textIn(signed, "id") ?? byCode(text, mac),
    };
  },
  slack: ({ toleranceMs }, signed) => {
    const { headers, rawBody } = signed;
    const [header, timeHeader] = ["x-slack-signature", "x-slack-request-timestamp"];
    const given = headers[header];
    const text = headers[timeHeader];
    if (given === undefined) return header;
    if (text === undefined) return timeHeader;
    return {
      algorithm: "sha256",
      message: `v0:${text}:${rawBody}`,
      macs: behind("v0=", [given], bytesOfHex),
      time: { text, header: timeHeader, toleranceMs },
      delivery: (mac) => textIn(signed, "event_id") ?? byCode(text, mac),
      // Slack, "Using the Events API", of the type of event `url_verification`.
      challenge: textIn(signed, "type") === "url_verification" ? textIn(signed, "challenge") : null,
    };
  },
  "standard-webhooks": ({ toleranceMs }, { headers, rawBody }) => {
    // Svix, from which the standard comes, uses names of its own.
    const brand =
      headers["webhook-id"] === undefined && headers["svix-id"] !== undefined ? "svix" : "webhook";
    const named = ["id", "timestamp", "signature"].map((name) => `${brand}-${name}`);
    const missing = named.find((name) => headers[name] === undefined);
    if (missing !== undefined) return missing;
    const [id = "", text = "", given = ""] = named.map((name) => headers[name]);
    return {
      algorithm: "sha256",
      message: `${id}.${text}.${rawBody}`,
      macs: behind("v1,", given.split(" ", signaturesMax), bytesOfBase64),
      time: { text, header: `${brand}-timestamp`, toleranceMs },
      delivery: () => id,
    };
  },
};

/** The request as the rule's kind of sender signs it, or the name of the header that is missing. */
export function readSigned(rule: VerifyRule, request: Signed): Read {
  return rule.type === "hmac" ? readHmac(rule, request) : presets[rule.type](rule, request);
}

/** The bytes of the key; null when the secret is none that such a sender gives. */
export function signingKeyOf({ type }: VerifyRule, secret: string): Uint8Array | null {
  if (type !== "standard-webhooks") return new TextEncoder().encode(secret);
  const key = bytesOfBase64(secret.replace(/^whsec_/, ""));
  // By an empty key anybody can sign.
  return key?.length === 0 ? null : key;
}

function readHmac(rule: HmacRule, { headers, rawBody }: Signed): Read {
  const given = headers[rule.header];
  if (given === undefined) return rule.header;
  const text = rule.timestamp === null ? null : (headers[rule.timestamp.header] ?? "");
  const decode = rule.encoding === "hex" ? bytesOfHex : bytesOfBase64;
  const candidates = given.split(",", signaturesMax).map((one) => one.trim());
  return {
    algorithm: rule.algorithm,
    message: text === null ? rawBody : `${text}.${rawBody}`,
    macs: behind(rule.prefix, candidates, decode),
    time: rule.timestamp === null ? null : { ...rule.timestamp, text: text ?? "" },
    // Without a time the same bytes may be sent twice and mean it.
    delivery: (mac) => (text === null ? null : byCode(text, mac)),
  };
}

function behind(
  prefix: string,
  texts: readonly string[],
  decode: (text: string) => Uint8Array | null,
): readonly (Uint8Array | null)[] {
  return texts.flatMap((text) => (text.startsWith(prefix) ? [decode(text.slice(prefix.length))] : []));
}

function byCode(time: string, mac: Uint8Array): string {
  return `${time}.${hex(mac)}`;
}

/** The media type is not signed: JSON that comes under the name of a form is named as it was before. */
function textIn({ headers, body, rawBody }: Signed, name: string): string | null {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "");
  const parsed = isForm ? parseJson(rawBody, "data") : null;
  const read = parsed?.ok ? parsed.value : body;
  const value = isJsonObject(read) ? member(read, name) : undefined;
  return typeof value === "string" ? value : null;
}

function bytesOfHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

/** With padding or without (RFC 4648, section 4). */
function bytesOfBase64(text: string): Uint8Array | null {
  return bytesOfBase64Url(
    text
      .replace(/(?<!=)=+$/, "")
      .replaceAll("+", "-")
      .replaceAll("/", "_"),
  );
}
