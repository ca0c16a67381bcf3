// The server's half keeps its contract, whatever suite the device has, and every refusal costs the same operations.

import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import { nobleSuite } from "../../src/handshake/noble-suite.ts";
import { initiate } from "../../src/handshake/noise-kk.ts";
import { prologueOf } from "../../src/handshake/prologue.ts";
import { serverIdOf, writeBeginRequest } from "../../src/handshake/session-bodies.ts";
import { beginSignIn } from "../../src/handshake/sign-in.ts";
import { flowCases } from "../../src/ports/handshake-contract/flow-cases.ts";
import {
  answered,
  apiKey,
  deviceKey,
  mustRefuse,
  nowMs,
  origin,
  serverKey,
  signIn,
  tenantOf,
  termsFor,
} from "../../src/ports/handshake-contract/sample.ts";
import { handshakeContract } from "../../src/ports/handshake-contract.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { Json } from "../../src/value/json.ts";
import { AnswerHandshake } from "../../src/vault/answer-handshake.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { countingSuite } from "./counting-suite.ts";
import { beginRefusals, confirmRefusals, type Refusal } from "./refusals.ts";
import { serverSubject } from "./server-subject.ts";

for (const { name, run } of handshakeContract) {
  test(`the server ${name}`, () => run(serverSubject(nodeSuite)));
}

for (const { name, run } of flowCases) {
  test(`with a device on noble the server ${name}`, () => run(serverSubject(nobleSuite)));
}

test("every refusal of a beginning does the operations of a success", () => {
  const { suite, take } = countingSuite(nodeSuite);
  const subject = serverSubject(nodeSuite, suite);
  const server = subject.open(origin, [serverKey]);
  const { body } = beginSignIn(signIn(subject));
  take();
  server.begin(apiKey, tenantOf(subject), body, nowMs);
  const success = take();
  assert.deepEqual(success, { exchanges: 4, privateKeys: 1, seals: 2, opens: 1, derivations: 5 });
  for (const { kind, ask } of beginRefusals(subject)) {
    mustRefuse(kind, () => ask(server) as Json);
    assert.deepEqual(take(), success, kind);
  }
});

test("every refusal of a confirmation does the operations of a success", () => {
  const { suite, take } = countingSuite(nodeSuite);
  const subject = serverSubject(nodeSuite, suite);
  const server = subject.open(origin, [serverKey]);
  const { body } = answered(subject, server, signIn(subject));
  const refusals: readonly Refusal[] = confirmRefusals(subject, server);
  take();
  server.confirm(body, nowMs);
  const success = take();
  assert.deepEqual(success, { exchanges: 0, privateKeys: 0, seals: 0, opens: 2, derivations: 0 });
  for (const { kind, ask } of refusals) {
    mustRefuse(kind, () => ask(server) as Json);
    assert.deepEqual(take(), success, kind);
  }
});

test("who has the key of the tenant that stands in for none is refused all the same", () => {
  const known = new Uint8Array(32).fill(0x31);
  const cookieKey = createSecretKey(known);
  const entropy = { bytes: (count: number) => new Uint8Array(count).fill(0x31) };
  const server = new AnswerHandshake({
    suite: nodeSuite,
    entropy,
    origin,
    serverKeys: [nodeSuite.privateKey(serverKey)],
    cookieKey,
  });
  const owner = { tenant: "ten_00000000000000000000000000" as TenantId, generation: 1 };
  const terms = { ...termsFor(), owner };
  const { body } = beginSignIn(signIn(serverSubject(nodeSuite), { terms, privateKey: known }));
  mustRefuse("the stand-in", () => server.begin(apiKey, null, body, nowMs));
  const tenant = { owner, publicKey: nodeSuite.privateKey(known).publicKey, recovery: null };
  server.begin(apiKey, tenant, body, nowMs);
});

test("a message 1 that brings something is refused", () => {
  const subject = serverSubject(nodeSuite);
  const own = nodeSuite.privateKey(deviceKey);
  const peer = nodeSuite.privateKey(serverKey).publicKey;
  const prologue = prologueOf(nodeSuite, termsFor());
  const party = { suite: nodeSuite, randomness: subject.randomness, own, peer, prologue };
  const bodyWith = (payload: Uint8Array) => {
    const offer = { server: serverIdOf(nodeSuite, peer), message: initiate(party, payload).message1 };
    return writeBeginRequest({ purpose: "session", offers: [offer] });
  };
  const server = subject.open(origin, [serverKey]);
  server.begin(apiKey, tenantOf(subject), bodyWith(new Uint8Array(0)), nowMs);
  mustRefuse("a payload", () => server.begin(apiKey, tenantOf(subject), bodyWith(new Uint8Array(1)), nowMs));
});

test("a device pins one or two keys, and a server has one or two", () => {
  const subject = serverSubject(nodeSuite);
  const pin = nodeSuite.privateKey(serverKey).publicKey;
  const broken = { name: "BrokenInvariant" };
  assert.throws(() => beginSignIn(signIn(subject, { pins: [] })), broken);
  assert.throws(() => beginSignIn(signIn(subject, { pins: [pin, pin, pin] })), broken);
  assert.throws(() => subject.open(origin, []), broken);
  assert.throws(() => subject.open(origin, [serverKey, serverKey, serverKey]), broken);
});
