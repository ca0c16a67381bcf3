// Handshakes that are refused: altered bytes, terms that differ, points of low order, cookies that are old or foreign.

import { lowOrderPoints } from "../../handshake/low-order-points.ts";
import { purposes } from "../../handshake/prologue.ts";
import { beginSignIn, type SignIn } from "../../handshake/sign-in.ts";
import { assert } from "../../value/assert.ts";
import { base64Url } from "../../value/base64-url.ts";
import type { TenantId } from "../../value/id.ts";
import type { Json } from "../../value/json.ts";
import {
  answered,
  apiKey,
  asBody,
  confirmation,
  eachAltered,
  type HandshakeCase,
  type HandshakeSubject,
  mustRefuse,
  nextServerKey,
  nowMs,
  origin,
  owner,
  serverKey,
  signIn,
  tenantOf,
  termsFor,
} from "./sample.ts";

export const refusalCases: readonly HandshakeCase[] = [
  { name: "refuses message 1 with any byte altered", run: refusesAlteredMessage1 },
  { name: "makes no message 2 that a device takes with any byte altered", run: refusesAlteredMessage2 },
  { name: "refuses message 3 and the cookie with any byte altered", run: refusesAlteredMessage3 },
  { name: "makes no message 4 that a device takes with any byte altered", run: refusesAlteredMessage4 },
  { name: "refuses another purpose, origin, tenant, generation or API key", run: refusesOtherTerms },
  {
    name: "refuses another device, an unknown API key and a server key that it has not",
    run: refusesOtherKeys,
  },
  { name: "refuses points of low order as any key", run: refusesLowOrder },
  { name: "refuses bodies of any other form", run: refusesOtherBodies },
  { name: "refuses a cookie that is expired, foreign, or of another handshake", run: refusesOtherCookies },
];

function refusesAlteredMessage1(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const { body } = beginSignIn(signIn(subject));
  const offers = asBody(body)["offers"] as readonly Json[];
  eachAltered(offers[0] ?? null, "message", (altered, what) =>
    mustRefuse(what, () => begin(subject, server, { ...asBody(body), offers: [altered] })),
  );
  eachAltered(offers[0] ?? null, "server", (altered, what) =>
    mustRefuse(what, () => begin(subject, server, { ...asBody(body), offers: [altered] })),
  );
  server.begin(apiKey, tenantOf(subject), body, nowMs);
}

function refusesAlteredMessage2(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  for (let at = 0; at < 48; at++) {
    // A device reads one message 2, so each alteration has a handshake of its own.
    const begun = beginSignIn(signIn(subject));
    const answer = asBody(begin(subject, server, begun.body));
    const altered: Json[] = [];
    eachAltered(answer, "message", (one) => altered.push(one));
    const taken = begun.takeAnswer(altered[at * 3] ?? null);
    assert(!taken.ok && taken.problem === "not_authentic", `byte ${at} of message 2 is refused`);
  }
  const begun = beginSignIn(signIn(subject));
  const foreign = { ...asBody(begin(subject, server, begun.body)), server: "AAAAAAAAAAA" };
  assert(!begun.takeAnswer(foreign).ok, "an answer by a key that is not pinned is refused");
}

function refusesAlteredMessage3(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const { body } = answered(subject, server, signIn(subject, { action: { name: "billing" } }));
  for (const name of ["message", "cookie"]) {
    eachAltered(body, name, (altered, what) => mustRefuse(what, () => server.confirm(altered, nowMs)));
  }
  server.confirm(body, nowMs);
}

function refusesAlteredMessage4(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const next = answered(subject, server, signIn(subject));
  const answer = server.confirm(next.body, nowMs).finish(confirmation);
  eachAltered(answer, "message", (altered, what) =>
    assert(!next.takeConfirmation(altered).ok, `${what} is refused`),
  );
  assert(next.takeConfirmation(answer).ok, "unaltered it is taken");
}

function refusesOtherTerms(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const terms = termsFor();
  const others: readonly (readonly [string, SignIn["terms"]])[] = [
    ["another scheme", { ...terms, origin: "http://flows.example" }],
    ["another host", { ...terms, origin: "https://flaws.example" }],
    ["another port", { ...terms, origin: "https://flows.example:8443" }],
    [
      "another tenant",
      { ...terms, owner: { ...owner, tenant: `${owner.tenant.slice(0, -1)}1` as TenantId } },
    ],
    ["an older generation", { ...terms, owner: { ...owner, generation: owner.generation - 1 } }],
    ["a newer generation", { ...terms, owner: { ...owner, generation: owner.generation + 1 } }],
    ["another API key", { ...terms, apiKey: apiKey.replace("VVVV", "VVVW") }],
  ];
  for (const [what, changed] of others) {
    const { body } = beginSignIn(signIn(subject, { terms: changed }));
    mustRefuse(what, () => begin(subject, server, body));
  }
  for (const purpose of purposes) {
    const { body } = beginSignIn(signIn(subject, { terms: termsFor(purpose) }));
    for (const claimed of purposes) {
      if (claimed === purpose && purpose !== "recover") continue;
      mustRefuse(`${purpose} as ${claimed}`, () =>
        begin(subject, server, { ...asBody(body), purpose: claimed }),
      );
    }
  }
}

function refusesOtherKeys(subject: HandshakeSubject): void {
  const { suite } = subject;
  const server = subject.open(origin, [serverKey]);
  const { body } = beginSignIn(signIn(subject));
  const stranger = new Uint8Array(32).fill(0x11);
  mustRefuse("an unknown API key", () => server.begin(apiKey, null, body, nowMs));
  mustRefuse("no API key", () => server.begin("", null, body, nowMs));
  const foreign = beginSignIn(signIn(subject, { privateKey: stranger }));
  mustRefuse("another device", () => begin(subject, server, foreign.body));
  const pins = [suite.privateKey(nextServerKey).publicKey, suite.privateKey(stranger).publicKey];
  mustRefuse("other pins", () => begin(subject, server, beginSignIn(signIn(subject, { pins })).body));
  const recovery = { publicKey: suite.privateKey(stranger).publicKey, sealedKey: new Uint8Array(80) };
  const recover = beginSignIn(signIn(subject, { terms: termsFor("recover") }));
  mustRefuse("the device's key as recovery key", () =>
    server.begin(apiKey, { ...tenantOf(subject), recovery }, recover.body, nowMs),
  );
  const sheet = beginSignIn(signIn(subject, { privateKey: stranger }));
  mustRefuse("the recovery key as device's key", () =>
    server.begin(apiKey, { ...tenantOf(subject), recovery }, sheet.body, nowMs),
  );
}

function refusesLowOrder(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  for (const point of lowOrderPoints) {
    const { body } = beginSignIn(signIn(subject));
    const offer = asBody((asBody(body)["offers"] as readonly Json[])[0]);
    const message = new Uint8Array(48);
    message.set(point);
    const forged = { ...asBody(body), offers: [{ ...offer, message: base64Url(message) }] };
    mustRefuse("a low-order ephemeral key", () => begin(subject, server, forged));
    const tenant = { ...tenantOf(subject), publicKey: point };
    mustRefuse("a low-order device", () => server.begin(apiKey, tenant, body, nowMs));
    mustRefuse("both", () => server.begin(apiKey, tenant, forged, nowMs));
    const begun = beginSignIn(signIn(subject));
    const answer = asBody(begin(subject, server, begun.body));
    const taken = begun.takeAnswer({ ...answer, message: base64Url(message) });
    assert(!taken.ok && taken.problem === "not_authentic", "a low-order key in message 2 is refused");
  }
}

function refusesOtherBodies(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const begun = asBody(beginSignIn(signIn(subject)).body);
  const offer = asBody((begun["offers"] as readonly Json[])[0]);
  const odd: readonly Json[] = [null, "", 1, [], {}, [[]], "x".repeat(100)];
  const begins: readonly Json[] = [
    ...odd,
    ...odd.map((offers) => ({ ...begun, offers })),
    ...odd.map((one) => ({ ...begun, offers: [one] })),
    ...odd.map((message) => ({ ...begun, offers: [{ ...offer, message }] })),
    ...odd.map((purpose) => ({ ...begun, purpose })),
    { ...begun, offers: [offer, offer, offer] },
    { ...begun, more: 1 },
    { ...begun, offers: [{ ...offer, more: 1 }] },
    { ...begun, offers: [{ ...offer, message: `${offer["message"]}=` }] },
  ];
  for (const body of begins) mustRefuse(JSON.stringify(body), () => begin(subject, server, body));
  const confirm = asBody(answered(subject, server, signIn(subject)).body);
  const confirms: readonly Json[] = [
    ...odd,
    ...odd.map((cookie) => ({ ...confirm, cookie })),
    ...odd.map((message) => ({ ...confirm, message })),
    { ...confirm, more: 1 },
    { ...confirm, message: "A".repeat(100_000) },
  ];
  for (const body of confirms) mustRefuse(JSON.stringify(body), () => server.confirm(body, nowMs));
}

function refusesOtherCookies(subject: HandshakeSubject): void {
  const server = subject.open(origin, [serverKey]);
  const first = asBody(answered(subject, server, signIn(subject)).body);
  const second = asBody(answered(subject, server, signIn(subject)).body);
  for (const late of [60_000, 60_001, 3_600_000])
    mustRefuse(`after ${late} ms`, () => server.confirm(first, nowMs + late));
  mustRefuse("another's cookie", () => server.confirm({ ...first, cookie: second["cookie"] ?? "" }, nowMs));
  mustRefuse("another integrity key", () => subject.openStranger(origin, [serverKey]).confirm(first, nowMs));
  server.confirm(first, nowMs);
}

function begin(subject: HandshakeSubject, server: ReturnType<HandshakeSubject["open"]>, body: Json): Json {
  return server.begin(apiKey, tenantOf(subject), body, nowMs);
}
