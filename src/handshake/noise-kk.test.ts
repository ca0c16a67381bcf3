// Both sides agree across suites, or the handshake ends: by any altered byte, other keys, another prologue.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { nodeSuite } from "../vault/node-suite.ts";
import { type CryptoSuite, tagBytes } from "./crypto-suite.ts";
import { lowOrderPoints } from "./low-order-points.ts";
import { nobleSuite } from "./noble-suite.ts";
import { emptyMessageBytes, initiate, type NoiseParty, respond } from "./noise-kk.ts";
import { noiseNonce } from "./symmetric-state.ts";
import { noiseMessageBytesMax, TransportState } from "./transport-state.ts";

const randomness = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
const [deviceSecret, serverSecret] = [new Uint8Array(32).fill(11), new Uint8Array(32).fill(12)];
const prologue = Uint8Array.of(1, 2, 3);
const nothing = new Uint8Array(0);
const text = (words: string) => new TextEncoder().encode(words);

function party(suite: CryptoSuite, own: Uint8Array, peer: Uint8Array): NoiseParty {
  const { publicKey } = suite.privateKey(peer);
  return { suite, randomness, own: suite.privateKey(own), peer: publicKey, prologue };
}

function device(suite: CryptoSuite = nodeSuite): NoiseParty {
  return party(suite, deviceSecret, serverSecret);
}

function server(suite: CryptoSuite = nodeSuite): NoiseParty {
  return party(suite, serverSecret, deviceSecret);
}

for (const [from, to] of [
  [nobleSuite, nodeSuite],
  [nodeSuite, nobleSuite],
] as const) {
  test(`${from === nobleSuite ? "noble calls Node" : "Node calls noble"}, and both ways open`, () => {
    const initiated = initiate(device(from), text("one"));
    const responded = respond(server(to), initiated.message1, text("two"));
    assert.deepEqual(new Uint8Array(responded.payload ?? nothing), text("one"));
    const agreed = initiated.finish(responded.message2);
    assert.ok(agreed !== null);
    assert.deepEqual(new Uint8Array(agreed.payload), text("two"));
    assert.deepEqual(agreed.hash, responded.hash);
    const restored = TransportState.restore(to, responded.transport.save());
    for (let round = 0; round < 3; round++) {
      const asked: Uint8Array = agreed.transport.seal(text(`ask ${round}`));
      assert.deepEqual(new Uint8Array(restored.open(asked) ?? nothing), text(`ask ${round}`));
      assert.equal(restored.open(asked), null);
      const answered = restored.seal(text(`answer ${round}`));
      assert.deepEqual(new Uint8Array(agreed.transport.open(answered) ?? nothing), text(`answer ${round}`));
      assert.equal(agreed.transport.open(answered), null);
    }
    assert.throws(() => restored.save(), { name: "BrokenInvariant" });
  });
}

test("a message of the transport has at most 65,535 bytes", () => {
  const { message1 } = initiate(device(), nothing);
  const saved = respond(server(), message1, nothing).transport.save();
  const largest = new Uint8Array(noiseMessageBytesMax - tagBytes);
  const transport = TransportState.restore(nodeSuite, saved);
  assert.equal(transport.seal(largest).length, 65_535);
  assert.throws(() => transport.seal(new Uint8Array(largest.length + 1)), { name: "BrokenInvariant" });
  const peersKey = nodeSuite.cipherKey(saved.subarray(32));
  const sealed = (plain: Uint8Array) => nodeSuite.seal(peersKey, noiseNonce(0), nothing, plain);
  assert.equal(transport.open(sealed(new Uint8Array(largest.length + 1))), null);
  assert.equal(transport.open(sealed(largest))?.length, largest.length);
});

test("a message without payload has 48 bytes", () => {
  const { message1 } = initiate(device(), nothing);
  assert.equal(message1.length, emptyMessageBytes);
  assert.equal(respond(server(), message1, nothing).message2.length, 48);
});

test("each byte of messages 1 and 2 that is altered, and each cut, is refused", () => {
  for (const payload of [nothing, text("payload")]) {
    const { message1 } = initiate(device(), payload);
    for (let at = 0; at < message1.length; at++) {
      const altered = message1.slice();
      altered[at] = (altered[at] ?? 0) ^ 0x40;
      assert.equal(respond(server(), altered, nothing).payload, null, `byte ${at}`);
      assert.equal(respond(server(), message1.subarray(0, at), nothing).payload, null, `${at} bytes`);
    }
    const size = respond(server(), message1, payload).message2.length;
    for (let at = 0; at < size; at++) {
      // A state is of one use, so each try has a handshake of its own.
      for (const bend of [(bytes: Uint8Array) => bytes.subarray(0, at), flip(at)]) {
        const initiated = initiate(device(), payload);
        const { message2 } = respond(server(), initiated.message1, payload);
        assert.equal(initiated.finish(bend(message2)), null, `byte ${at}`);
      }
    }
  }
});

function flip(at: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => bytes.map((byte, index) => (index === at ? byte ^ 0x01 : byte));
}

test("other static keys and another prologue are refused by both sides", () => {
  const stranger = new Uint8Array(32).fill(13);
  const others: readonly NoiseParty[] = [
    party(nodeSuite, stranger, deviceSecret),
    party(nodeSuite, serverSecret, stranger),
    { ...server(), prologue: Uint8Array.of(1, 2, 4) },
    { ...server(), prologue: nothing },
  ];
  for (const other of others) {
    const initiated = initiate(device(), nothing);
    const responded = respond(other, initiated.message1, nothing);
    assert.equal(responded.payload, null);
    assert.equal(initiated.finish(responded.message2), null);
  }
});

test("a point of low order in any place is refused, without an error of its own", () => {
  for (const point of lowOrderPoints) {
    for (const suite of [nodeSuite, nobleSuite]) {
      const honest = initiate(device(suite), nothing);
      const ephemeral = honest.message1.slice();
      ephemeral.set(point);
      assert.equal(respond(server(suite), ephemeral, nothing).payload, null);
      const staticKey = respond({ ...server(suite), peer: point }, honest.message1, nothing);
      assert.equal(staticKey.payload, null);
      const { message2 } = respond(server(suite), honest.message1, nothing);
      message2.set(point);
      assert.equal(honest.finish(message2), null);
      const pinned = initiate({ ...device(suite), peer: point }, nothing);
      assert.equal(pinned.finish(respond(server(suite), pinned.message1, nothing).message2), null);
    }
  }
});

test("a forger who knows that low-order points give zeros gets nowhere", () => {
  const zeros = new Uint8Array(32);
  for (const point of lowOrderPoints) {
    const forging: CryptoSuite = {
      ...nodeSuite,
      privateKey: () => ({ publicKey: point }),
      x25519: () => zeros,
    };
    const forged = initiate({ ...device(), suite: forging, own: forging.privateKey(zeros) }, nothing);
    assert.equal(respond({ ...server(), peer: point }, forged.message1, nothing).payload, null);
    // A responder that took the zeros would believe it.
    const trusting: CryptoSuite = {
      ...nodeSuite,
      x25519: (own, peer) => nodeSuite.x25519(own, peer) ?? zeros,
    };
    const fooled = respond({ ...server(), suite: trusting, peer: point }, forged.message1, nothing);
    assert.notEqual(fooled.payload, null);
  }
});
