// Vectors of whole handshakes, by purpose and by pins, with answers of the server that a device must not take.

import { createSecretKey } from "node:crypto";
import { type Confirmation, writeConfirmation } from "../../src/handshake/confirmation.ts";
import { type HandshakeTerms, type Purpose, prologueOf } from "../../src/handshake/prologue.ts";
import { writeProof } from "../../src/handshake/proof.ts";
import { sealForRecovery } from "../../src/handshake/recovery.ts";
import { beginSignIn, type Taken } from "../../src/handshake/sign-in.ts";
import { wrappingKeyOf } from "../../src/handshake/tenant-keys.ts";
import { writeToken } from "../../src/handshake/token-text.ts";
import type { Recovery } from "../../src/ports/handshake.ts";
import { assert } from "../../src/value/assert.ts";
import { base64Url, bytesOfBase64Url } from "../../src/value/base64-url.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";
import { AnswerHandshake } from "../../src/vault/answer-handshake.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import {
  apiKey,
  deviceKey,
  drawing,
  fixed,
  hex,
  keyText,
  nowMs,
  origin,
  owner,
  publicOf,
  serverKeys,
} from "./sample.ts";

interface Setting {
  readonly name: string;
  readonly purpose: Purpose;
  /** Which of the two server keys the device pins, in order. */
  readonly pins: readonly number[];
  /** Which the server has. */
  readonly serves: readonly number[];
  readonly action?: JsonObject;
  readonly result?: JsonObject;
}

const settings: readonly Setting[] = [
  { name: "sign in", purpose: "session", pins: [0], serves: [0] },
  { name: "sign in while the server's key changes", purpose: "session", pins: [0, 1], serves: [1] },
  {
    name: "replace the API key",
    purpose: "replace-key",
    pins: [0],
    serves: [0, 1],
    action: { api_key_hash: base64Url(fixed("hash of the new API key")) },
    result: { replaced: true },
  },
  { name: "recover", purpose: "recover", pins: [1], serves: [1] },
];

export function signInVectors(): Json {
  return settings.map(vectorOf);
}

function vectorOf(setting: Setting): Json {
  const { name, purpose, action } = setting;
  const terms: HandshakeTerms = { origin, owner, purpose, apiKey };
  const privateKey = purpose === "recover" ? fixed("recovery sheet") : deviceKey;
  const pins = setting.pins.map((index) => publicOf(serverKeys[index] ?? deviceKey));
  const ephemerals = pins.map((_, index) => fixed(`${name}: ephemeral key ${index}`));
  // A beginning draws, for each pin, an ephemeral key and two stand-ins for secrets that low-order points do not give.
  const draws = ephemerals.flatMap((ephemeral) => [ephemeral, fixed("unused"), fixed("unused")]);
  const randomness = drawing(name, draws);
  const begun = beginSignIn({
    suite: nodeSuite,
    randomness,
    terms,
    privateKey,
    pins,
    ...(action === undefined ? {} : { action }),
  });
  const server = serverOf(setting);
  const recovery = recoveryOf(publicOf(fixed("recovery sheet")));
  const tenant = { owner, publicKey: publicOf(deviceKey), recovery };
  const answer = server.begin(apiKey, tenant, begun.body, nowMs) as JsonObject;
  const answered = take(begun.takeAnswer(answer));
  const confirmation = confirmationOf(setting);
  const confirmed = server.confirm(answered.body, nowMs).finish(confirmation) as JsonObject;
  take(answered.takeConfirmation(confirmed));
  return {
    name,
    origin,
    tenant: owner.tenant,
    generation: owner.generation,
    purpose,
    api_key: apiKey,
    private_key: keyText("private", privateKey),
    pins: pins.map((pin) => keyText("server", pin)),
    ephemerals: ephemerals.map(hex),
    action: action ?? null,
    prologue: hex(prologueOf(nodeSuite, terms)),
    begin: begun.body,
    answer,
    refused_answers: [
      ...altered(answer, "message"),
      { ...answer, server: base64Url(fixed("x").slice(0, 8)) },
      {},
    ],
    message_3: text(
      writeProof({
        wrappingKey: wrappingKeyOf(nodeSuite, deviceKey, owner),
        nextWrappingKey: null,
        action: action ?? null,
      }),
    ),
    confirm: answered.body,
    confirmed,
    refused_confirmations: [...altered(confirmed, "message"), {}],
    message_4: text(writeConfirmation(confirmation)),
  };
}

function serverOf({ name, serves }: Setting): AnswerHandshake {
  return new AnswerHandshake({
    suite: nodeSuite,
    entropy: drawing(`${name}, server`),
    origin,
    serverKeys: serves.map((index) => nodeSuite.privateKey(serverKeys[index] ?? deviceKey)),
    cookieKey: createSecretKey(fixed("cookie")),
  });
}

function recoveryOf(publicKey: Uint8Array): Recovery {
  const wrappingKey = wrappingKeyOf(nodeSuite, deviceKey, owner);
  const sealedKey = sealForRecovery(nodeSuite, drawing("recovery"), publicKey, owner, wrappingKey);
  assert(sealedKey !== null, "the sheet's key can be sealed to");
  return { publicKey, sealedKey };
}

function confirmationOf({ purpose, result }: Setting): Confirmation {
  const signsIn = purpose === "session" || purpose === "recover";
  return {
    session: signsIn ? writeToken("session", fixed("session")) : null,
    expiresAt: signsIn ? nowMs + 3_600_000 : null,
    auditHead: { seq: 17, mac: fixed("audit head") },
    result: result ?? null,
  };
}

/** The body with the first, the middle and the last byte of `member` altered, and the last left out. */
function altered(body: JsonObject, member: string): readonly JsonObject[] {
  const bytes = bytesOfBase64Url(String(body[member])) ?? new Uint8Array(0);
  const places = [0, bytes.length >> 1, bytes.length - 1];
  const bent = places.map((place) => bytes.map((byte, index) => (index === place ? byte ^ 0x10 : byte)));
  return [...bent, bytes.slice(0, -1)].map((one) => ({ ...body, [member]: base64Url(one) }));
}

function take<Next>(taken: Taken<Next>): Next {
  assert(taken.ok, "what is taken here is taken");
  return taken.next;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
