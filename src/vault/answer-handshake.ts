// Answers the handshakes of tenants' devices. Every refusal has done what a success does, so that time tells nothing.

import type { KeyObject } from "node:crypto";
import { concat } from "../handshake/concat.ts";
import { writeConfirmation } from "../handshake/confirmation.ts";
import { type CryptoSuite, keyBytes, type PrivateKey, tagBytes } from "../handshake/crypto-suite.ts";
import { handshakeRefused } from "../handshake/handshake-refused.ts";
import { emptyMessageBytes, respond } from "../handshake/noise-kk.ts";
import { type Purpose, prologueOf } from "../handshake/prologue.ts";
import { readProof } from "../handshake/proof.ts";
import {
  type BeginRequest,
  readBeginRequest,
  readConfirmRequest,
  serverIdOf,
  writeBeginAnswer,
  writeConfirmAnswer,
} from "../handshake/session-bodies.ts";
import { checkOf } from "../handshake/tenant-keys.ts";
import { tokenHash } from "../handshake/token-hash.ts";
import { savedBytes, TransportState } from "../handshake/transport-state.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Confirmed, Handshakes, KnownTenant } from "../ports/handshake.ts";
import { assert } from "../value/assert.ts";
import { base64Url } from "../value/base64-url.ts";
import type { TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { type HandshakeCookie, jtiBytes, openCookie, sealCookie } from "./handshake-cookie.ts";

/** How long a device has between message 2 and message 3, in milliseconds. */
export const cookieLifetimeMs = 60_000;

export interface AnswerHandshakeOptions {
  readonly suite: CryptoSuite;
  readonly entropy: Entropy;
  /** Of this server, as its devices write it: `https://flows.example`. */
  readonly origin: string;
  /** The server's static keys: one, or two while it changes. */
  readonly serverKeys: readonly PrivateKey[];
  /** Seals what travels between the calls; the same on every node. */
  readonly cookieKey: KeyObject;
}

const saltBytes = 32;
const nothing = new Uint8Array(0);
/** Read in the place of a body that cannot be. Its sizes are about those of a real cookie and a real message 3. */
const insteadOfConfirm = { cookie: "A".repeat(323), message: "A".repeat(91) };

export class AnswerHandshake implements Handshakes {
  readonly #options: AnswerHandshakeOptions;
  readonly #serverKeys: readonly (readonly [string, PrivateKey])[];
  readonly #firstKey: PrivateKey;
  /** Stands in for a tenant that is not there. Nobody has its private key. */
  readonly #decoy: KnownTenant;
  /** Stands in for a message 1 that is not there, or is for a key that this server has not. */
  readonly #decoyMessage: Uint8Array;
  /** Stands in for a cookie that does not open. */
  readonly #decoyTransport: Uint8Array;

  constructor(options: AnswerHandshakeOptions) {
    const { suite, entropy, serverKeys } = options;
    const [first] = serverKeys;
    assert(first !== undefined && serverKeys.length <= 2, "a server has one or two static keys");
    this.#options = options;
    this.#firstKey = first;
    this.#serverKeys = serverKeys.map((key) => [serverIdOf(suite, key.publicKey), key]);
    const publicKey = suite.privateKey(entropy.bytes(keyBytes)).publicKey;
    const owner = { tenant: "ten_00000000000000000000000000" as TenantId, generation: 1 };
    this.#decoy = { owner, publicKey, recovery: null };
    this.#decoyMessage = concat(publicKey, new Uint8Array(tagBytes));
    this.#decoyTransport = entropy.bytes(savedBytes);
  }

  begin(apiKey: string, tenant: KnownTenant | null, body: Json, nowMs: number): Json {
    const { suite, entropy, origin, cookieKey } = this.#options;
    const request = readBeginRequest(body);
    const purpose = request?.purpose ?? "session";
    const device = deviceFor(tenant, purpose);
    const { owner, publicKey, reply } = device ?? { ...this.#decoy, reply: nothing };
    const offer = this.#takeOffer(request);
    const { own, message } = offer ?? { own: this.#firstKey, message: this.#decoyMessage };
    const prologue = prologueOf(suite, { origin, owner, purpose, apiKey });
    const party = { suite, randomness: entropy, own, peer: publicKey, prologue };
    const responded = respond(party, message, reply);
    const cookie = sealCookie(suite, cookieKey, entropy.bytes(saltBytes), {
      owner,
      apiKey: tokenHash(apiKey),
      purpose,
      expiresAt: nowMs + cookieLifetimeMs,
      jti: entropy.bytes(jtiBytes),
      transport: responded.transport.save(),
    });
    responded.transport.erase();
    const fits = offer !== null && device !== null && message.length === emptyMessageBytes;
    if (!fits || responded.payload === null) throw handshakeRefused();
    return writeBeginAnswer({
      server: serverIdOf(suite, own.publicKey),
      message: responded.message2,
      cookie,
    });
  }

  confirm(body: Json, nowMs: number): Confirmed {
    const { suite, cookieKey } = this.#options;
    const request = readConfirmRequest(body);
    const read = request ?? readConfirmRequest(insteadOfConfirm);
    const cookie = openCookie(suite, cookieKey, read?.cookie ?? nothing);
    const transport = TransportState.restore(suite, cookie?.transport ?? this.#decoyTransport);
    const payload = transport.open(read?.message ?? nothing);
    const proof = payload === null ? null : readProof(payload);
    if (request === null || cookie === null || proof === null || cookie.expiresAt <= nowMs)
      throw handshakeRefused();
    return {
      ...namesOf(cookie),
      ...proof,
      check: checkOf(suite, proof.wrappingKey),
      finish: finishOnce(transport),
    };
  }

  /** The first offer for a key that this server has. */
  #takeOffer(
    request: BeginRequest | null,
  ): { readonly own: PrivateKey; readonly message: Uint8Array } | null {
    for (const { server, message } of request?.offers ?? []) {
      const own = this.#serverKeys.find(([id]) => id === server)?.[1];
      if (own !== undefined) return { own, message };
    }
    return null;
  }
}

/** Whose key the purpose asks for, and what message 2 brings. */
function deviceFor(tenant: KnownTenant | null, purpose: Purpose) {
  if (tenant === null) return null;
  const { owner, publicKey, recovery } = tenant;
  if (purpose !== "recover") return { owner, publicKey, reply: nothing };
  return recovery === null ? null : { owner, publicKey: recovery.publicKey, reply: recovery.sealedKey };
}

function namesOf({ owner, apiKey, purpose, jti, expiresAt }: HandshakeCookie) {
  return { owner, apiKey, purpose, jti: base64Url(jti), expiresAt };
}

function finishOnce(transport: TransportState): Confirmed["finish"] {
  let finished = false;
  return (confirmation) => {
    assert(!finished, "a handshake is finished once");
    finished = true;
    const message = transport.seal(writeConfirmation(confirmation));
    transport.erase();
    return writeConfirmAnswer({ message });
  };
}
