// Redirects: which are followed, with what, and what a redirect may not bring about.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordedRequest } from "../language/recorded-request.ts";
import type { OutboundOutcome, OutboundRequest } from "../ports/caller.ts";
import { followedCall } from "./followed-call.ts";

type Given = Parameters<typeof followedCall>;

const secret = [{ secret: "KEY", encode: "none" }] as const;
const recorded: RecordedRequest = {
  method: "POST",
  url: "https://a.example/start",
  query: [],
  headers: [
    ["x-key", secret],
    ["x-plain", "1"],
  ],
  body: { type: "text", value: "b" },
  auth: null,
};

type Answers = Readonly<Record<string, readonly [status: number, location?: string] | OutboundOutcome>>;

interface Changes {
  readonly redirects?: number;
  readonly hosts?: readonly string[];
  readonly request?: Partial<RecordedRequest>;
  readonly auth?: Given[3];
  /** How long a token takes. */
  readonly tokenMs?: number;
}

async function follow(
  answers: Answers,
  { redirects = 3, hosts, request = {}, auth = null, tokenMs = 0 }: Changes = {},
) {
  let now = 0;
  const asked: OutboundRequest[] = [];
  const call = (one: OutboundRequest) => {
    asked.push(one);
    const answer = answers[one.url] ?? [200];
    const outcome = "type" in answer ? answer : responseOf(answer);
    return { outcome: Promise.resolve(outcome), abort() {} };
  };
  const ports = { caller: { call }, clock: { now: () => now } };
  const token = async () => {
    now += tokenMs;
    return { token: "t", fresh: true };
  };
  const secrets = { signing: { known: () => [], find: async () => [] }, tokens: { token } };
  const engine = { ports, secrets } as unknown as Given[0];
  const effect = { request: { ...recorded, ...request }, response: { redirects } };
  const gated: (string | null)[] = [];
  const again = async (where: string | null) => gated.push(where) > 0;
  const sending = { begin: () => true, end() {}, again, refusalOf: () => null, heldMs: 0, isHeldBack: false };
  const order = { tenant: "t", effect, hosts: hosts ?? null, sending } as unknown as Given[1];
  const headers = ["x-key", "x-plain", "authorization", "content-type", "idempotency-key"].map(
    (name) => [name, "v"] as const,
  );
  const first = {
    method: "POST",
    url: recorded.url as string,
    headers,
    body: "b",
    timeoutMs: 100,
    maxBytes: 9,
  };
  const sent = { values: new Map([["KEY", "the/value of+KEY"]]), made: [] };
  const { outcome, url } = await followedCall(engine, order, first, auth, sent).ended;
  return {
    outcome,
    url,
    asked: asked.map((one) => `${one.method} ${one.url} ${one.body ?? ""}`.trim()),
    last: asked.at(-1),
    certificates: asked.map((one) => one.clientCertificate !== undefined),
  };
}

function responseOf([status, location]: readonly [number, string?]): OutboundOutcome {
  const headers = location === undefined ? {} : { location };
  return { type: "response", status, headers, body: new Uint8Array() };
}

const names = (request: OutboundRequest | undefined) => request?.headers.map(([name]) => name);

test("307 and 308 are followed as they are, 303 and a POST's 301 and 302 by GET without the body", async () => {
  for (const status of [307, 308]) {
    const { asked, last, url } = await follow({ "https://a.example/start": [status, "/b"] });
    assert.deepEqual(asked, ["POST https://a.example/start b", "POST https://a.example/b b"]);
    assert.deepEqual(names(last), ["x-key", "x-plain", "authorization", "content-type", "idempotency-key"]);
    assert.equal(url, "https://a.example/b");
  }
  for (const status of [301, 302, 303]) {
    const { asked, last } = await follow({ "https://a.example/start": [status, "b"] });
    assert.deepEqual(asked[1], "GET https://a.example/b");
    assert.deepEqual(names(last), ["x-key", "x-plain", "authorization", "idempotency-key"]);
  }
});

test("to another origin go no credentials, not even when it leads back", async () => {
  const { last, asked } = await follow({
    "https://a.example/start": [307, "https://b.example/"],
    "https://b.example/": [307, "https://a.example/end"],
  });
  assert.equal(asked.length, 3);
  assert.deepEqual(names(last), ["x-plain", "content-type", "idempotency-key"]);
});

test("what shows who calls stays away as well once another origin has led on", async () => {
  const auth = { type: "mtls", texts: { certificate: "c", key: "k" } } as const;
  const { certificates } = await follow(
    {
      "https://a.example/start": [307, "/again"],
      "https://a.example/again": [307, "https://b.example/"],
      "https://b.example/": [307, "https://a.example/end"],
    },
    { auth },
  );
  assert.deepEqual(certificates, [true, true, false, false]);
});

test("what may not be followed is the answer", async () => {
  const cases: readonly [Answers, Changes?][] = [
    [{ "https://a.example/start": [302, "http://a.example/"] }],
    [{ "https://a.example/start": [302, "ftp://a.example/"] }],
    [{ "https://a.example/start": [302] }],
    [{ "https://a.example/start": [304, "/b"] }],
    [{ "https://a.example/start": [302, "/b"] }, { redirects: 0 }],
    [{ "https://a.example/start": [302, "https://b.example/"] }, { hosts: ["a.example"] }],
    [
      { "https://a.example/start": [307, "https://b.example/"] },
      { request: { body: { type: "text", value: secret } } },
    ],
  ];
  for (const [answers, changes] of cases) {
    const { asked, outcome } = await follow(answers, changes);
    assert.equal(asked.length, 1, JSON.stringify(answers));
    assert.ok(outcome !== "locked" && outcome.type === "response" && outcome.status >= 300);
  }
});

test("no more are followed than the document lets, round and round", async () => {
  const { asked, outcome } = await follow({ "https://a.example/start": [307, "/start"] }, { redirects: 2 });
  assert.equal(asked.length, 3);
  assert.ok(outcome !== "locked" && outcome.type === "response" && outcome.status === 307);
});

test("what fails behind a redirect may have had its effect", async () => {
  const refused: OutboundOutcome = {
    type: "failure",
    reason: "blocked",
    sent: false,
    status: null,
    detail: "no",
  };
  const { outcome } = await follow({
    "https://a.example/start": [307, "/b"],
    "https://a.example/b": refused,
  });
  assert.ok(outcome !== "locked" && outcome.type === "failure");
  assert.deepEqual([outcome.reason, outcome.sent], ["blocked", true]);
});

test("the time counts from the sending of the first request, however long its token took", async () => {
  const auth = { type: "oauth2", texts: {} } as const;
  const { asked, last } = await follow({ "https://a.example/start": [307, "/b"] }, { auth, tokenMs: 70 });
  assert.equal(asked.length, 2);
  assert.equal(last?.timeoutMs, 100);
});

test("none is followed to another origin that would take a secret there in its address", async () => {
  const value = encodeURIComponent("the/value of+KEY");
  for (const to of [
    `/b?k=${value}`,
    `/b/${value}`,
    "/b?k=the/value+of%2BKEY",
    `/b?k=${btoa("the/value of+KEY")}`,
  ]) {
    const elsewhere = `https://b.example${to}`;
    const { asked, outcome } = await follow({ "https://a.example/start": [303, elsewhere] });
    assert.deepEqual(asked, ["POST https://a.example/start b"], to);
    assert.equal(outcome !== "locked" && outcome.type === "response" && outcome.status, 303);
    const { asked: within } = await follow({ "https://a.example/start": [303, to] });
    assert.equal(within.length, 2, "at its own origin it has been");
  }
});
