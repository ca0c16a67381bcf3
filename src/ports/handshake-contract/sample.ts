// What the handshake's cases have in common: a tenant's device, its server, and one handshake between them.

import type { Confirmation } from "../../handshake/confirmation.ts";
import type { CryptoSuite } from "../../handshake/crypto-suite.ts";
import type { HandshakeTerms, Purpose } from "../../handshake/prologue.ts";
import type { Randomness } from "../../handshake/randomness.ts";
import { type Answered, beginSignIn, type SignIn } from "../../handshake/sign-in.ts";
import { writeToken } from "../../handshake/token-text.ts";
import { assert } from "../../value/assert.ts";
import { base64Url, bytesOfBase64Url } from "../../value/base64-url.ts";
import type { TenantId } from "../../value/id.ts";
import { isJsonObject, type Json, type JsonObject } from "../../value/json.ts";
import { DispatchedError } from "../../value/problem.ts";
import type { Confirmed, Handshakes, KnownTenant } from "../handshake.ts";

export interface HandshakeSubject {
  /** The device's side. */
  readonly suite: CryptoSuite;
  readonly randomness: Randomness;
  /** A node of the server. All that it opens share the engine's integrity key. */
  open(origin: string, serverKeys: readonly Uint8Array[]): Handshakes;
  /** A node with another integrity key. */
  openStranger(origin: string, serverKeys: readonly Uint8Array[]): Handshakes;
}

export interface HandshakeCase {
  readonly name: string;
  run(subject: HandshakeSubject): void;
}

export const nowMs = Date.UTC(2027, 0, 1);
export const origin = "https://flows.example";
export const deviceKey = new Uint8Array(32).fill(0x21);
export const serverKey = new Uint8Array(32).fill(0x42);
export const nextServerKey = new Uint8Array(32).fill(0x43);
export const apiKey = writeToken("key", new Uint8Array(32).fill(0x55));
export const owner = { tenant: "ten_01jd0000000000000000000000" as TenantId, generation: 3 };

export const confirmation: Confirmation = {
  session: writeToken("session", new Uint8Array(32).fill(0x66)),
  expiresAt: nowMs + 3_600_000,
  auditHead: { seq: 12, mac: new Uint8Array(32).fill(0x77) },
  result: null,
};

export function termsFor(purpose: Purpose = "session"): HandshakeTerms {
  return { origin, owner, purpose, apiKey };
}

export function signIn({ suite, randomness }: HandshakeSubject, changed: Partial<SignIn> = {}): SignIn {
  const pins = [suite.privateKey(serverKey).publicKey];
  return { suite, randomness, terms: termsFor(), privateKey: deviceKey, pins, ...changed };
}

export function tenantOf({ suite }: HandshakeSubject): KnownTenant {
  return { owner, publicKey: suite.privateKey(deviceKey).publicKey, recovery: null };
}

/** The device's state after message 2, at a server that lets it through. */
export function answered(subject: HandshakeSubject, server: Handshakes, device: SignIn): Answered {
  const begun = beginSignIn(device);
  const taken = begun.takeAnswer(server.begin(apiKey, tenantOf(subject), begun.body, nowMs));
  assert(taken.ok, "the device takes message 2");
  return taken.next;
}

/** Fails unless `action` is refused with `handshake_refused` and the one message. */
export function mustRefuse(what: string, action: () => Json | Confirmed): void {
  try {
    action();
  } catch (error) {
    const code = error instanceof DispatchedError ? error.code : error;
    assert(code === "handshake_refused", `${what}: refused by handshake_refused, not ${code}`);
    assert((error as Error).message === "The handshake was refused.", `${what}: refused by the same words`);
    return;
  }
  assert(false, `${what}: is refused`);
}

/** `body` with each byte of its member `name` altered, and cut before it. */
export function eachAltered(body: Json, name: string, check: (altered: Json, what: string) => void): void {
  const object = asBody(body);
  const bytes = bytesOfBase64Url(String(object[name])) ?? new Uint8Array(0);
  assert(bytes.length > 0, `${name} has bytes to alter`);
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [0x01, 0x80]) {
      const altered = bytes.slice();
      altered[at] = (altered[at] as number) ^ mask;
      check({ ...object, [name]: base64Url(altered) }, `byte ${at} of ${name}`);
    }
    check({ ...object, [name]: base64Url(bytes.subarray(0, at)) }, `${at} bytes of ${name}`);
  }
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  check({ ...object, [name]: base64Url(longer) }, `a byte more in ${name}`);
}

export function asBody(body: Json | undefined): JsonObject {
  assert(isJsonObject(body), "a body is an object");
  return body;
}
