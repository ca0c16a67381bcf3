// One try of each kind that a server refuses, for counting what it does and for timing it.

import { lowOrderPoints } from "../../src/handshake/low-order-points.ts";
import { beginSignIn } from "../../src/handshake/sign-in.ts";
import type { Handshakes } from "../../src/ports/handshake.ts";
import {
  answered,
  apiKey,
  asBody,
  type HandshakeSubject,
  nowMs,
  owner,
  signIn,
  tenantOf,
  termsFor,
} from "../../src/ports/handshake-contract/sample.ts";
import { base64Url, bytesOfBase64Url } from "../../src/value/base64-url.ts";
import type { Json } from "../../src/value/json.ts";

export interface Refusal {
  readonly kind: string;
  /** Asks the server for what it must refuse. */
  readonly ask: (server: Handshakes) => unknown;
}

/** What is refused on POST /api/session. Bodies are made here, so that asking costs only the server's part. */
export function beginRefusals(subject: HandshakeSubject): readonly Refusal[] {
  const { suite, randomness } = subject;
  const tenant = tenantOf(subject);
  const good = beginSignIn(signIn(subject)).body;
  const stranger = randomness.bytes(32);
  const body = (changed: Parameters<typeof signIn>[1]) => beginSignIn(signIn(subject, changed)).body;
  const point = lowOrderPoints[2] ?? new Uint8Array(32);
  const lowOrder = withMessage(good, (bytes) => bytes.set(point));
  const terms = termsFor();
  const bodies: readonly (readonly [string, Json])[] = [
    ["altered message", withMessage(good, (bytes) => bytes.fill(1, 40))],
    ["altered ephemeral key", withMessage(good, (bytes) => bytes.fill(1, 4, 8))],
    ["low-order ephemeral key", lowOrder],
    ["another device's key", body({ privateKey: stranger })],
    ["another server key", body({ pins: [suite.privateKey(stranger).publicKey] })],
    ["another origin", body({ terms: { ...terms, origin: "https://flaws.example" } })],
    ["another purpose", { ...asBody(good), purpose: "rotate" }],
    ["another generation", body({ terms: { ...terms, owner: { ...owner, generation: 9 } } })],
    ["recovery that is not set up", body({ terms: termsFor("recover") })],
    ["a body of another form", { purpose: "session" }],
  ];
  const ask = (known: typeof tenant | null, sent: Json) => (server: Handshakes) =>
    server.begin(apiKey, known, sent, nowMs);
  return [
    ...bodies.map(([kind, sent]) => ({ kind, ask: ask(tenant, sent) })),
    { kind: "unknown API key", ask: ask(null, good) },
    { kind: "low-order device key", ask: ask({ ...tenant, publicKey: point }, good) },
    { kind: "low-order both", ask: ask({ ...tenant, publicKey: point }, lowOrder) },
  ];
}

/** What is refused on POST /api/session/confirm. */
export function confirmRefusals(subject: HandshakeSubject, server: Handshakes): readonly Refusal[] {
  const good = asBody(answered(subject, server, signIn(subject)).body);
  const other = asBody(answered(subject, server, signIn(subject)).body);
  const alter = (name: string, at: number) => ({
    ...good,
    [name]: bent(String(good[name]), (bytes) => bytes.fill(1, at, at + 4)),
  });
  const ask =
    (body: Json, late = 0) =>
    (asked: Handshakes) =>
      asked.confirm(body, nowMs + late);
  return [
    { kind: "altered salt of the cookie", ask: ask(alter("cookie", 4)) },
    { kind: "altered cookie", ask: ask(alter("cookie", 60)) },
    { kind: "another handshake's cookie", ask: ask({ ...good, cookie: other["cookie"] ?? "" }) },
    { kind: "expired cookie", ask: ask(good, 60_000) },
    { kind: "altered message 3", ask: ask(alter("message", 4)) },
    { kind: "a confirmation of another form", ask: ask({ cookie: good["cookie"] ?? "" }) },
  ];
}

export function withMessage(body: Json, bend: (bytes: Uint8Array) => void): Json {
  const offers = (asBody(body)["offers"] as readonly Json[]).map((offer) => ({
    ...asBody(offer),
    message: bent(String(asBody(offer)["message"]), bend),
  }));
  return { ...asBody(body), offers };
}

export function bent(text: string, bend: (bytes: Uint8Array) => void): string {
  const bytes = bytesOfBase64Url(text) ?? new Uint8Array(0);
  bend(bytes);
  return base64Url(bytes);
}
