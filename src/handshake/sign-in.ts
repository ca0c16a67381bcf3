// The device's side of a handshake, as a chain of steps: a body to send, the answer to take, the next body.

import { assert } from "../value/assert.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { type Confirmation, readConfirmation } from "./confirmation.ts";
import type { CryptoSuite } from "./crypto-suite.ts";
import { type Agreed, type Initiated, initiate } from "./noise-kk.ts";
import { type HandshakeTerms, prologueOf } from "./prologue.ts";
import { writeProof } from "./proof.ts";
import type { Randomness } from "./randomness.ts";
import { openRecovered } from "./recovery.ts";
import {
  readBeginAnswer,
  readConfirmAnswer,
  serverIdOf,
  writeBeginRequest,
  writeConfirmRequest,
} from "./session-bodies.ts";
import { wrappingKeyOf } from "./tenant-keys.ts";

export interface SignIn {
  readonly suite: CryptoSuite;
  readonly randomness: Randomness;
  readonly terms: HandshakeTerms;
  /** The device's private key, 32 bytes; of the recovery sheet for the purpose `recover`. */
  readonly privateKey: Uint8Array;
  /** The server's public keys that this device trusts: one, or two while the server's key changes. */
  readonly pins: readonly Uint8Array[];
  /** Of the purposes `rotate` and `recover`: WK of the next generation, 32 bytes. */
  readonly nextWrappingKey?: Uint8Array;
  /** What the handshake is to do, besides signing in. */
  readonly action?: JsonObject;
}

/**
 * Why an answer is not taken. `malformed`: it is not an answer of this protocol. `not_authentic`: it does not come from
 * the owner of a pinned key, or was altered. `not_recoverable`: the server has no wrapping key for this recovery key.
 */
export type AnswerProblem = "malformed" | "not_authentic" | "not_recoverable";

export type Taken<Next> =
  | { readonly ok: true; readonly next: Next }
  | { readonly ok: false; readonly problem: AnswerProblem };

export interface Begun {
  /** The body of POST /api/session. The API key goes in the header `Dispatched-Key`. */
  readonly body: Json;
  /** Takes the answer; each answer once. */
  readonly takeAnswer: (answer: Json) => Taken<Answered>;
}

export interface Answered {
  /** The body of POST /api/session/confirm. */
  readonly body: Json;
  readonly takeConfirmation: (answer: Json) => Taken<Confirmation>;
}

/** Begins a handshake: message 1 for each pinned key, because only the server knows which it still holds. */
export function beginSignIn(signIn: SignIn): Begun {
  const { suite, randomness, terms, pins } = signIn;
  assert(pins.length === 1 || pins.length === 2, "a device pins one or two keys of a server");
  const own = suite.privateKey(signIn.privateKey);
  const prologue = prologueOf(suite, terms);
  const begun = new Map<string, Initiated>();
  for (const peer of pins) {
    const initiated = initiate({ suite, randomness, own, peer, prologue }, new Uint8Array(0));
    begun.set(serverIdOf(suite, peer), initiated);
  }
  const offers = [...begun].map(([server, { message1 }]) => ({ server, message: message1 }));
  return {
    body: writeBeginRequest({ purpose: terms.purpose, offers }),
    takeAnswer: (answer) => takeAnswer(signIn, begun, answer),
  };
}

function takeAnswer(signIn: SignIn, begun: ReadonlyMap<string, Initiated>, body: Json): Taken<Answered> {
  const answer = readBeginAnswer(body);
  const initiated = answer === null ? undefined : begun.get(answer.server);
  if (answer === null || initiated === undefined) return { ok: false, problem: "malformed" };
  const agreed = initiated.finish(answer.message);
  if (agreed === null) return { ok: false, problem: "not_authentic" };
  const wrappingKey = wrappingKeyFor(signIn, agreed);
  if (wrappingKey === null) return { ok: false, problem: "not_recoverable" };
  const { nextWrappingKey = null, action = null } = signIn;
  const proof = writeProof({ wrappingKey, nextWrappingKey, action });
  const message = agreed.transport.seal(proof);
  wrappingKey.fill(0);
  proof.fill(0);
  return {
    ok: true,
    next: {
      body: writeConfirmRequest({ cookie: answer.cookie, message }),
      takeConfirmation: (confirmed) => takeConfirmation(agreed, confirmed),
    },
  };
}

/** Derived from the device's key; for `recover`, opened from what message 2 brought. */
function wrappingKeyFor({ suite, terms, privateKey }: SignIn, { payload }: Agreed): Uint8Array | null {
  if (terms.purpose !== "recover") return wrappingKeyOf(suite, privateKey, terms.owner);
  return openRecovered(suite, suite.privateKey(privateKey), terms.owner, payload);
}

function takeConfirmation({ transport }: Agreed, body: Json): Taken<Confirmation> {
  const answer = readConfirmAnswer(body);
  if (answer === null) return { ok: false, problem: "malformed" };
  const payload = transport.open(answer.message);
  if (payload === null) return { ok: false, problem: "not_authentic" };
  const confirmation = readConfirmation(payload);
  if (confirmation === null) return { ok: false, problem: "malformed" };
  return { ok: true, next: confirmation };
}
