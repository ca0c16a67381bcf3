// Handshakes that succeed: every purpose, either key of the server, any node, recovery.

import { type Purpose, purposes } from "../../handshake/prologue.ts";
import { sealForRecovery } from "../../handshake/recovery.ts";
import { beginSignIn } from "../../handshake/sign-in.ts";
import { checkOf, wrappingKeyOf } from "../../handshake/tenant-keys.ts";
import { assert } from "../../value/assert.ts";
import { equalJson } from "../../value/equal-json.ts";
import type { JsonObject } from "../../value/json.ts";
import {
  answered,
  apiKey,
  confirmation,
  deviceKey,
  type HandshakeCase,
  type HandshakeSubject,
  nextServerKey,
  nowMs,
  origin,
  owner,
  serverKey,
  signIn,
  tenantOf,
  termsFor,
} from "./sample.ts";

export const flowCases: readonly HandshakeCase[] = [
  { name: "signs a device in, and brings WK and action to the server", run: signsIn },
  { name: "lets another node finish what one began", run: finishesElsewhere },
  { name: "takes either of two server keys, and a device takes either of two pins", run: takesEitherKey },
  { name: "brings the sealed wrapping key to a recovery sheet, which then signs in", run: recovers },
  { name: "gives each handshake a jti of its own, and a replay the same", run: namesHandshakes },
  { name: "finishes once", run: finishesOnce },
];

function signsIn(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const wrappingKey = wrappingKeyOf(subject.suite, deviceKey, owner);
  const others = purposes.filter((purpose) => purpose !== "recover");
  const actions: readonly (JsonObject | undefined)[] = [undefined, {}, { names: ["ä", { deep: [1, null] }] }];
  for (const purpose of others) {
    for (const action of actions) {
      const device = signIn(subject, {
        terms: termsFor(purpose),
        ...(action === undefined ? {} : { action }),
      });
      const next = answered(subject, server, device);
      const confirmed = server.confirm(next.body, nowMs + 59_999);
      assert(equalJson({ ...confirmed.owner }, { ...owner }), "tenant and generation are told");
      assert(confirmed.purpose === purpose, "the purpose is told");
      assert(confirmed.expiresAt === nowMs + 60_000, "it expires after 60 seconds");
      assert(confirmed.wrappingKey.join() === wrappingKey.join(), "WK arrives");
      assert(confirmed.check.join() === checkOf(subject.suite, wrappingKey).join(), "and its check");
      assert(equalJson(confirmed.action, action ?? null), "the action arrives");
      const taken = next.takeConfirmation(confirmed.finish({ ...confirmation, result: action ?? null }));
      assert(taken.ok && taken.next.session === confirmation.session, "the session arrives");
      assert(taken.next.expiresAt === confirmation.expiresAt, "and its end");
      assert(taken.next.auditHead.seq === 12, "and the audit head");
      assert(taken.next.auditHead.mac.join() === confirmation.auditHead.mac.join(), "with its code");
      assert(equalJson(taken.next.result, action ?? null), "and the result");
    }
  }
}

function finishesElsewhere(subject: HandshakeSubject): void {
  const next = answered(subject, subject.open(origin, [serverKey]), signIn(subject));
  const confirmed = subject.open(origin, [nextServerKey]).confirm(next.body, nowMs);
  assert(next.takeConfirmation(confirmed.finish(confirmation)).ok, "message 4 is taken");
}

function takesEitherKey(subject: HandshakeSubject): void {
  const pin = (key: Uint8Array) => subject.suite.privateKey(key).publicKey;
  const [old, fresh] = [pin(serverKey), pin(nextServerKey)];
  const meetings: readonly (readonly [readonly Uint8Array[], readonly Uint8Array[]])[] = [
    [[serverKey], [old, fresh]],
    [[serverKey, nextServerKey], [old]],
    [[serverKey, nextServerKey], [fresh]],
    [
      [serverKey, nextServerKey],
      [old, fresh],
    ],
    [
      [nextServerKey, serverKey],
      [old, fresh],
    ],
    [[nextServerKey], [old, fresh]],
  ];
  for (const [serverKeys, pins] of meetings) {
    const server = subject.open(origin, serverKeys);
    const next = answered(subject, server, signIn(subject, { pins }));
    const confirmed = server.confirm(next.body, nowMs);
    assert(next.takeConfirmation(confirmed.finish(confirmation)).ok, "message 4 is taken");
  }
}

function recovers(subject: HandshakeSubject): void {
  const { suite, randomness } = subject;
  const server = subject.open(origin, [serverKey]);
  const sheet = new Uint8Array(32).fill(0x99);
  const { publicKey } = suite.privateKey(sheet);
  const wrappingKey = wrappingKeyOf(suite, deviceKey, owner);
  const device = signIn(subject, { terms: termsFor("recover"), privateKey: sheet });
  const meet = (of: typeof owner) => {
    const sealedKey = sealForRecovery(suite, randomness, publicKey, of, wrappingKey);
    assert(sealedKey !== null, "the sheet's key can be sealed to");
    const begun = beginSignIn(device);
    const tenant = { ...tenantOf(subject), recovery: { publicKey, sealedKey } };
    return begun.takeAnswer(server.begin(apiKey, tenant, begun.body, nowMs));
  };
  const taken = meet(owner);
  assert(taken.ok, "the sheet takes message 2");
  const confirmed = server.confirm(taken.next.body, nowMs);
  assert(confirmed.purpose === "recover", "the purpose is told");
  assert(confirmed.wrappingKey.join() === wrappingKey.join(), "the tenant's WK arrives");
  const foreign = meet({ ...owner, generation: 2 });
  assert(!foreign.ok && foreign.problem === "not_recoverable", "a key of another generation does not open");
}

function namesHandshakes(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const names = new Set<string>();
  for (const purpose of ["session", "session", "grant"] as readonly Purpose[]) {
    const { body } = answered(subject, server, signIn(subject, { terms: termsFor(purpose) }));
    const { jti } = server.confirm(body, nowMs);
    assert(/^[A-Za-z0-9_-]{22}$/.test(jti), "a jti is 16 bytes in base64url");
    assert(server.confirm(body, nowMs + 1).jti === jti, "a replay has the same jti");
    names.add(jti);
  }
  assert(names.size === 3, "two handshakes have two");
}

function finishesOnce(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const confirmed = server.confirm(answered(subject, server, signIn(subject)).body, nowMs);
  confirmed.finish(confirmation);
  let broke = false;
  try {
    confirmed.finish(confirmation);
  } catch {
    broke = true;
  }
  assert(broke, "a second message 4 is a broken invariant");
}
