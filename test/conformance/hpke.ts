// The CFRG's vectors of HPKE in base mode, as Go condenses them, on both suites: a thousand messages and exports each.

import { shake128 } from "@noble/hashes/sha3.js";
import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";
import { hpkeExport, hpkeNonce, setupRecipient, setupSender } from "../../src/handshake/hpke.ts";
import { deriveKeyPair } from "../../src/handshake/hpke-key-pair.ts";
import { cryptoSuites } from "./crypto-suites.ts";
import type { Suite } from "./suite.ts";
import { bytes } from "./wycheproof.ts";

interface HpkeCase {
  readonly aead_id: number;
  readonly info: string;
  readonly ikmE: string;
  readonly ikmR: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly encryptions: string;
  readonly exports: string;
}

const aes256Gcm = 2;
const rounds = 1000;
const hex = (found: Uint8Array) => Buffer.from(found).toString("hex");

export const hpke: readonly Suite[] = cryptoSuites.map(([name, suite]) => ({
  name: `HPKE base mode (RFC 9180), ${name}`,
  file: "hpke/x25519_sha256_base.json",
  run(text) {
    const cases = JSON.parse(text) as readonly HpkeCase[];
    const ours = cases.filter((one) => one.aead_id === aes256Gcm);
    const others = cases.filter((one) => one.aead_id !== aes256Gcm);
    return {
      cases: cases.length,
      failures: [
        ...cases.flatMap((one) => keyFailures(suite, one)),
        ...ours.flatMap((one) => messageFailures(suite, one)),
      ],
      known: others.map(({ aead_id }) => `cipher ${aead_id} is none of ours: its keys alone are compared`),
    };
  },
}));

/** The recipient's pair and the encapsulated key: the same for every cipher. */
function keyFailures(suite: CryptoSuite, one: HpkeCase): readonly string[] {
  const recipient = deriveKeyPair(suite, bytes(one.ikmR));
  const sender = deriveKeyPair(suite, bytes(one.ikmE));
  const found = {
    skRm: hex(recipient.bytes),
    pkRm: hex(recipient.privateKey.publicKey),
    enc: hex(sender.privateKey.publicKey),
  };
  return (["skRm", "pkRm", "enc"] as const).filter((member) => found[member] !== one[member]);
}

function messageFailures(suite: CryptoSuite, one: HpkeCase): readonly string[] {
  const randomness = { bytes: () => bytes(one.ikmE) };
  const sender = setupSender(suite, randomness, bytes(one.pkRm), bytes(one.info));
  const own = suite.privateKey(bytes(one.skRm));
  const recipient = setupRecipient(suite, own, bytes(one.enc), bytes(one.info));
  if (sender === null || recipient === null) return ["no context"];
  const [source, sink] = [shake128.create(), shake128.create()];
  for (let sequence = 0; sequence < rounds; sequence++) {
    const [bound, plain] = [draw(source), draw(source)];
    const nonce = hpkeNonce(sender.context, sequence);
    const sealed = suite.seal(sender.context.key, nonce, bound, plain);
    sink.update(sealed);
    const opened = suite.open(recipient.key, hpkeNonce(recipient, sequence), bound, sealed);
    if (opened === null || hex(opened) !== hex(plain)) return [`message ${sequence} does not open`];
  }
  const [exportSource, exportSink] = [shake128.create(), shake128.create()];
  for (let size = 0; size < rounds; size++) {
    const exported = draw(exportSource);
    const value = hpkeExport(suite, sender.context, exported, size);
    if (hex(value) !== hex(hpkeExport(suite, recipient, exported, size))) return [`export of ${size} bytes`];
    exportSink.update(value);
  }
  return [
    ...(hex(sink.xof(16)) === one.encryptions ? [] : ["encryptions"]),
    ...(hex(exportSink.xof(16)) === one.exports ? [] : ["exports"]),
  ];
}

/** A length of one byte, then so many bytes. */
function draw(source: ReturnType<typeof shake128.create>): Uint8Array {
  return source.xof(source.xof(1)[0] ?? 0);
}
