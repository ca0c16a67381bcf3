// The JSON bodies of POST /api/session and POST /api/session/confirm, requests and answers.

import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";
import type { Json } from "../value/json.ts";
import type { CryptoSuite } from "./crypto-suite.ts";
import { asPurpose, type Purpose } from "./prologue.ts";
import { asObject } from "./read-object.ts";

/** Message 1 for one of the server's keys. */
export interface Offer {
  /** Which key, as `serverIdOf` names it. */
  readonly server: string;
  readonly message: Uint8Array;
}

export interface BeginRequest {
  readonly purpose: Purpose;
  /** One or two: a device knows two keys while the server's changes. The server takes the first that it can. */
  readonly offers: readonly Offer[];
}

export interface BeginAnswer extends Offer {
  /** Opaque; goes back with message 3, within 60 seconds and once. */
  readonly cookie: Uint8Array;
}

export interface ConfirmRequest {
  readonly cookie: Uint8Array;
  readonly message: Uint8Array;
}

export interface ConfirmAnswer {
  readonly message: Uint8Array;
}

const serverIdBytes = 8;
const offersMax = 2;

/** Names a server's public key: the first 8 bytes of its SHA-256, in base64url. */
export function serverIdOf(suite: CryptoSuite, publicKey: Uint8Array): string {
  return base64Url(suite.sha256(publicKey).subarray(0, serverIdBytes));
}

export function writeBeginRequest({ purpose, offers }: BeginRequest): Json {
  return { purpose, offers: offers.map(({ server, message }) => ({ server, message: base64Url(message) })) };
}

/** Null for any other value; so do the readers below. */
export function readBeginRequest(body: Json): BeginRequest | null {
  const object = asObject(body, ["purpose", "offers"]);
  const purpose = asPurpose(object?.["purpose"]);
  const list = object?.["offers"];
  if (purpose === null || !Array.isArray(list) || list.length === 0 || list.length > offersMax) return null;
  const offers = list.map((one: Json) => readOffer(asObject(one, ["server", "message"])));
  return offers.every((one) => one !== null) ? { purpose, offers } : null;
}

export function writeBeginAnswer({ server, message, cookie }: BeginAnswer): Json {
  return { server, message: base64Url(message), cookie: base64Url(cookie) };
}

export function readBeginAnswer(body: Json): BeginAnswer | null {
  const object = asObject(body, ["server", "message", "cookie"]);
  const offer = readOffer(object);
  const cookie = readBytes(object?.["cookie"]);
  return offer === null || cookie === null ? null : { ...offer, cookie };
}

export function writeConfirmRequest({ cookie, message }: ConfirmRequest): Json {
  return { cookie: base64Url(cookie), message: base64Url(message) };
}

export function readConfirmRequest(body: Json): ConfirmRequest | null {
  const object = asObject(body, ["cookie", "message"]);
  const [cookie, message] = [readBytes(object?.["cookie"]), readBytes(object?.["message"])];
  return cookie === null || message === null ? null : { cookie, message };
}

export function writeConfirmAnswer({ message }: ConfirmAnswer): Json {
  return { message: base64Url(message) };
}

export function readConfirmAnswer(body: Json): ConfirmAnswer | null {
  const message = readBytes(asObject(body, ["message"])?.["message"]);
  return message === null ? null : { message };
}

function readOffer(object: ReturnType<typeof asObject>): Offer | null {
  const [server, message] = [object?.["server"], readBytes(object?.["message"])];
  return typeof server === "string" && message !== null ? { server, message } : null;
}

function readBytes(value: Json | undefined): Uint8Array | null {
  return typeof value === "string" ? bytesOfBase64Url(value) : null;
}
