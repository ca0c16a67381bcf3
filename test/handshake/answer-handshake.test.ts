// The server's half keeps its contract, whatever suite the device has, and every refusal costs the same operations.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nobleSuite } from "../../src/handshake/noble-suite.ts";
import { beginSignIn } from "../../src/handshake/sign-in.ts";
import { flowCases } from "../../src/ports/handshake-contract/flow-cases.ts";
import {
  answered,
  apiKey,
  mustRefuse,
  nowMs,
  origin,
  serverKey,
  signIn,
  tenantOf,
} from "../../src/ports/handshake-contract/sample.ts";
import { handshakeContract } from "../../src/ports/handshake-contract.ts";
import type { Json } from "../../src/value/json.ts";
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

test("a device pins one or two keys, and a server has one or two", () => {
  const subject = serverSubject(nodeSuite);
  const pin = nodeSuite.privateKey(serverKey).publicKey;
  const broken = { name: "BrokenInvariant" };
  assert.throws(() => beginSignIn(signIn(subject, { pins: [] })), broken);
  assert.throws(() => beginSignIn(signIn(subject, { pins: [pin, pin, pin] })), broken);
  assert.throws(() => subject.open(origin, []), broken);
  assert.throws(() => subject.open(origin, [serverKey, serverKey, serverKey]), broken);
});
