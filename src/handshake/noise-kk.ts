// Noise_KK_25519_AESGCM_SHA256 (Noise revision 34, section 7.5): both sides know each other's static key beforehand.

import { concat } from "./concat.ts";
import { type CryptoSuite, keyBytes, type PrivateKey, tagBytes } from "./crypto-suite.ts";
import type { Randomness } from "./randomness.ts";
import { SymmetricState } from "./symmetric-state.ts";
import { TransportState } from "./transport-state.ts";

export const noiseProtocol = "Noise_KK_25519_AESGCM_SHA256";

/** Of message 1 and message 2 without payload, in bytes: an ephemeral public key and a tag. */
export const emptyMessageBytes = keyBytes + tagBytes;

export interface NoiseParty {
  readonly suite: CryptoSuite;
  readonly randomness: Randomness;
  readonly own: PrivateKey;
  /** The other side's static public key, 32 bytes. */
  readonly peer: Uint8Array;
  /** What both sides must agree on; a difference makes message 1 not open. */
  readonly prologue: Uint8Array;
}

export interface Agreed {
  readonly payload: Uint8Array;
  readonly transport: TransportState;
  /** The hash of the handshake, by which both sides can name it (section 11.2). */
  readonly hash: Uint8Array;
}

export interface Initiated {
  readonly message1: Uint8Array;
  /** Reads message 2; null when it is not by the owner of the peer's key, or was altered. */
  readonly finish: (message2: Uint8Array) => Agreed | null;
}

export interface Responded {
  /** Message 1's payload; null when message 1 is not by the owner of the peer's key, or was altered. */
  readonly payload: Uint8Array | null;
  /** When `payload` is null, nothing of the following may leave: it is there so that a refusal costs the same. */
  readonly message2: Uint8Array;
  readonly transport: TransportState;
  readonly hash: Uint8Array;
}

/** The initiator: `-> e, es, ss`, then `<- e, ee, se`. Draws an ephemeral key from `randomness` first. */
export function initiate(party: NoiseParty, payload: Uint8Array): Initiated {
  const { suite, own, peer } = party;
  const ephemeral = suite.privateKey(party.randomness.bytes(keyBytes));
  const state = new SymmetricState(suite, noiseProtocol, party.prologue);
  state.mixHash(own.publicKey);
  state.mixHash(peer);
  state.mixHash(ephemeral.publicKey);
  state.mixKey(exchange(party, ephemeral, peer));
  state.mixKey(exchange(party, own, peer));
  const message1 = concat(ephemeral.publicKey, state.encryptAndHash(payload));
  return { message1, finish: (message2) => readMessage2(party, state, ephemeral, message2) };
}

function readMessage2(
  party: NoiseParty,
  state: SymmetricState,
  ephemeral: PrivateKey,
  message2: Uint8Array,
): Agreed | null {
  if (message2.length < emptyMessageBytes) return null;
  const theirs = message2.subarray(0, keyBytes);
  state.mixHash(theirs);
  state.mixKey(exchange(party, ephemeral, theirs));
  state.mixKey(exchange(party, party.own, theirs));
  const payload = state.decryptAndHash(message2.subarray(keyBytes));
  if (payload === null) return null;
  const [mine, peers] = state.split();
  return { payload, transport: new TransportState(party.suite, mine, peers), hash: state.hash };
}

/**
 * The responder, from message 1 to message 2 at once. It does the same work whatever message 1 is; a message that is
 * too short counts as zeros. Draws an ephemeral key from `randomness` first.
 * @param reply the payload of message 2
 */
export function respond(party: NoiseParty, message1: Uint8Array, reply: Uint8Array): Responded {
  const { suite, own, peer } = party;
  const ephemeral = suite.privateKey(party.randomness.bytes(keyBytes));
  const whole = message1.length < emptyMessageBytes ? new Uint8Array(emptyMessageBytes) : message1;
  const theirs = whole.subarray(0, keyBytes);
  const state = new SymmetricState(suite, noiseProtocol, party.prologue);
  state.mixHash(peer);
  state.mixHash(own.publicKey);
  state.mixHash(theirs);
  state.mixKey(exchange(party, own, theirs));
  state.mixKey(exchange(party, own, peer));
  const payload = state.decryptAndHash(whole.subarray(keyBytes));
  state.mixHash(ephemeral.publicKey);
  state.mixKey(exchange(party, ephemeral, theirs));
  state.mixKey(exchange(party, ephemeral, peer));
  const message2 = concat(ephemeral.publicKey, state.encryptAndHash(reply));
  const [peers, mine] = state.split();
  return { payload, message2, transport: new TransportState(suite, mine, peers), hash: state.hash };
}

/**
 * A shared secret, or random bytes in its place when the other side's point is of low order: what is encrypted after
 * it then opens for nobody, and nothing tells why (section 12.1 leaves the treatment open).
 */
function exchange({ suite, randomness }: NoiseParty, own: PrivateKey, peer: Uint8Array): Uint8Array {
  const instead = randomness.bytes(keyBytes);
  return suite.x25519(own, peer) ?? instead;
}
