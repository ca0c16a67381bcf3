// The server's half as it is wired in the product, for the cases of its contract: the device's suite is chosen.

import { createSecretKey } from "node:crypto";
import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";
import type { HandshakeSubject } from "../../src/ports/handshake-contract/sample.ts";
import { AnswerHandshake } from "../../src/vault/answer-handshake.ts";
import { deriveEngineKey } from "../../src/vault/engine-key.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";

/** @param serverSuite what the server computes with */
export function serverSubject(device: CryptoSuite, serverSuite: CryptoSuite = nodeSuite): HandshakeSubject {
  const entropy = new PooledEntropy();
  const secrets = { epoch: 0, chain: new Uint8Array(32).fill(1), integrity: new Uint8Array(32).fill(2) };
  const { cookieKey } = deriveEngineKey(secrets);
  const strange = createSecretKey(new Uint8Array(32).fill(3));
  const open =
    (key: typeof cookieKey): HandshakeSubject["open"] =>
    (origin, serverKeys) =>
      new AnswerHandshake({
        suite: serverSuite,
        entropy,
        origin,
        serverKeys: serverKeys.map((bytes) => serverSuite.privateKey(bytes)),
        cookieKey: key,
      });
  return { suite: device, randomness: entropy, open: open(cookieKey), openStranger: open(strange) };
}
