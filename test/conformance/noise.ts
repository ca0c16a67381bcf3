// The transcripts of snow and cacophony through both roles of our handshake, on both suites.

import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";
import { initiate, noiseProtocol, respond } from "../../src/handshake/noise-kk.ts";
import { cryptoSuites } from "./crypto-suites.ts";
import type { Suite } from "./suite.ts";
import { bytes } from "./wycheproof.ts";

interface Transcript {
  readonly protocol_name: string;
  readonly origin: string;
  readonly init_prologue: string;
  readonly init_static: string;
  readonly init_ephemeral: string;
  readonly init_remote_static: string;
  readonly resp_prologue: string;
  readonly resp_static: string;
  readonly resp_ephemeral: string;
  readonly resp_remote_static: string;
  readonly handshake_hash?: string;
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

const hex = (found: Uint8Array | null) => (found === null ? null : Buffer.from(found).toString("hex"));

export const noise: readonly Suite[] = cryptoSuites.map(([name, suite]) => ({
  name: `Noise KK (snow, cacophony), ${name}`,
  file: "noise/kk_25519_aesgcm_sha256.json",
  run(text) {
    const transcripts = JSON.parse(text) as readonly Transcript[];
    const failures = transcripts.flatMap((one) => {
      const failure = failureOf(suite, one);
      return failure === null ? [] : [`${one.origin}: ${failure}`];
    });
    return { cases: transcripts.length, failures };
  },
}));

/** Null when every message, both ways, is the transcript's to the last byte. */
function failureOf(suite: CryptoSuite, one: Transcript): string | null {
  if (one.protocol_name !== noiseProtocol) return one.protocol_name;
  const [first, second, ...rest] = one.messages;
  if (first === undefined || second === undefined) return "no handshake";
  const initiated = initiate(
    {
      suite,
      randomness: drawing(one.init_ephemeral),
      own: suite.privateKey(bytes(one.init_static)),
      peer: bytes(one.init_remote_static),
      prologue: bytes(one.init_prologue),
    },
    bytes(first.payload),
  );
  const responded = respond(
    {
      suite,
      randomness: drawing(one.resp_ephemeral),
      own: suite.privateKey(bytes(one.resp_static)),
      peer: bytes(one.resp_remote_static),
      prologue: bytes(one.resp_prologue),
    },
    initiated.message1,
    bytes(second.payload),
  );
  const agreed = initiated.finish(responded.message2);
  if (hex(initiated.message1) !== first.ciphertext) return "message 1";
  if (hex(responded.payload) !== first.payload) return "payload of message 1";
  if (hex(responded.message2) !== second.ciphertext) return "message 2";
  if (agreed === null || hex(agreed.payload) !== second.payload) return "payload of message 2";
  if (one.handshake_hash !== undefined && hex(responded.hash) !== one.handshake_hash) return "hash";
  if (hex(agreed.hash) !== hex(responded.hash)) return "hashes of the two sides";
  for (const [index, { payload, ciphertext }] of rest.entries()) {
    const ends = [agreed.transport, responded.transport] as const;
    const [from, to] = index % 2 === 0 ? ends : [ends[1], ends[0]];
    const sealed = from.seal(bytes(payload));
    if (hex(sealed) !== ciphertext || hex(to.open(sealed)) !== payload) return `message ${index + 3}`;
  }
  return null;
}

/** Draws the transcript's ephemeral key first, then zeros. */
function drawing(ephemeral: string): { bytes(count: number): Uint8Array } {
  const draws = [bytes(ephemeral)];
  return { bytes: (count) => draws.shift() ?? new Uint8Array(count) };
}
