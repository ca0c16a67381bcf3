// What every caller must do: cases that throw when it does not, run against a service of documented behaviour.

import { assert } from "../value/assert.ts";
import type {
  Caller,
  OutboundFailure,
  OutboundOutcome,
  OutboundRequest,
  OutboundResponse,
} from "./caller.ts";

/**
 * The service answers by path, whatever the method:
 * - `/echo`: 200 with the request's body, its method in `x-method`, its header `x-give` in `X-Given`
 * - `/status/<n>`: that status, an empty body, and `location: /echo`
 * - `/none`: 204
 * - `/repeated`: 200 with two headers `x-part`, `a` and `b`
 * - `/large/<n>`: 200 with n bytes `x`
 * - `/never`: reads the request and never answers
 * - `/stall`: 200, a part of the body, and no more
 * - `/reset/<token>`: reads the request, then ends the connection without an answer
 * - `/cut/<token>`: 200, half of the announced body, then the end of the connection
 * - `/arrivals/<token>`: 200 with the number of requests that came to `/reset/<token>` and `/cut/<token>`
 */
export interface CallerSubject {
  readonly caller: Caller;
  /** Of the service, without a slash at its end. */
  readonly baseUrl: string;
  /** An address that may be called, where nobody listens. */
  readonly deadUrl: string;
  /** An address that the guard refuses. */
  readonly refusedUrl: string;
}

export interface CallerContractCase {
  readonly name: string;
  run(subject: CallerSubject): Promise<void>;
}

export const callerContract: readonly CallerContractCase[] = [
  { name: "carries method, headers and body there and back", run: carries },
  { name: "sends nothing as body when there is none", run: sendsNoBody },
  { name: "takes every status for an answer, and follows no redirect", run: answersEveryStatus },
  { name: "finds no body in answers that have none", run: findsNoBody },
  { name: "joins repeated headers", run: joinsHeaders },
  { name: "bounds the body", run: boundsBody },
  { name: "ends a call whose time has passed", run: timesOut },
  { name: "aborts once", run: aborts },
  { name: "sends an attempt once, whatever becomes of it", run: sendsOnce },
  { name: "says that nothing was sent where nobody listens", run: tellsUnsent },
  { name: "refuses addresses that the guard refuses", run: refusesAddress },
  { name: "refuses what cannot be sent", run: refusesInvalid },
  { name: "puts no value of the request into a failure", run: keepsValuesOut },
  { name: "keeps many calls apart", run: keepsApart },
];

/** Makes requests of one subject: a GET with ample limits unless said otherwise. */
function ask(subject: CallerSubject, path: string, changes: Partial<OutboundRequest> = {}) {
  const url = `${subject.baseUrl}${path}`;
  const request = { method: "GET", url, headers: [], body: null, timeoutMs: 5000, maxBytes: 100_000 };
  return subject.caller.call({ ...request, ...changes });
}

async function answerOf(
  subject: CallerSubject,
  path: string,
  changes?: Partial<OutboundRequest>,
): Promise<OutboundResponse> {
  return asResponse(await ask(subject, path, changes).outcome);
}

async function failureOf(
  subject: CallerSubject,
  path: string,
  changes?: Partial<OutboundRequest>,
): Promise<OutboundFailure> {
  return asFailure(await ask(subject, path, changes).outcome);
}

async function carries(subject: CallerSubject): Promise<void> {
  const bodies = ["grüße 😀", new TextEncoder().encode("bytes"), new Uint8Array([0, 255, 10, 13])];
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const body of bodies) {
      const answer = await answerOf(subject, "/echo?a=b%20c", { method, body, headers: [["x-give", "é 1"]] });
      assert(answer.status === 200, `the status is ${answer.status}`);
      const sent = typeof body === "string" ? new TextEncoder().encode(body) : body;
      assert(text(answer.body) === text(sent), "the body comes back");
      assert(answer.headers["x-method"] === method, "the method arrives");
      assert(answer.headers["x-given"] === "é 1", "the header comes back, its name in lowercase");
    }
  }
}

async function sendsNoBody(subject: CallerSubject): Promise<void> {
  for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
    for (const body of [null, "", new Uint8Array(0)]) {
      const answer = await answerOf(subject, "/echo", { method, body });
      assert(answer.body.length === 0 && answer.headers["x-method"] === method, `${method} without a body`);
    }
  }
}

async function answersEveryStatus(subject: CallerSubject): Promise<void> {
  for (const status of [200, 201, 301, 302, 307, 308, 400, 404, 429, 500, 503, 599]) {
    const answer = await answerOf(subject, `/status/${status}`, { method: "POST", body: "x" });
    assert(answer.status === status, `${status} is answered as ${answer.status}`);
    assert(answer.headers["location"] === "/echo", "its headers are there");
  }
}

async function findsNoBody(subject: CallerSubject): Promise<void> {
  const none = await answerOf(subject, "/none");
  assert(none.status === 204 && none.body.length === 0, "204 has no body");
  const head = await answerOf(subject, "/large/500", { method: "HEAD", maxBytes: 10 });
  assert(head.status === 200 && head.body.length === 0, "HEAD has no body, and no size");
  assert((await answerOf(subject, "/large/5")).body.length === 5, "the next call is not disturbed");
}

async function joinsHeaders(subject: CallerSubject): Promise<void> {
  assert((await answerOf(subject, "/repeated")).headers["x-part"] === "a, b", "in their order");
}

async function boundsBody(subject: CallerSubject): Promise<void> {
  assert((await answerOf(subject, "/large/1000", { maxBytes: 1000 })).body.length === 1000, "just enough");
  const over = await failureOf(subject, "/large/1001", { maxBytes: 1000 });
  assert(over.reason === "too_large" && over.sent && over.status === 200, `one too many: ${over.reason}`);
}

async function timesOut(subject: CallerSubject): Promise<void> {
  const never = await failureOf(subject, "/never", { method: "POST", body: "x", timeoutMs: 60 });
  assert(never.reason === "timeout" && never.sent && never.status === null, "before the answer");
  const stalled = await failureOf(subject, "/stall", { timeoutMs: 200 });
  assert(stalled.reason === "timeout" && stalled.sent && stalled.status === 200, "within the answer");
}

async function aborts(subject: CallerSubject): Promise<void> {
  const call = ask(subject, "/never");
  call.abort();
  call.abort();
  assert(asFailure(await call.outcome).reason === "aborted", "a call under way");
  const ended = ask(subject, "/echo");
  const outcome = await ended.outcome;
  ended.abort();
  assert((await ended.outcome) === outcome && outcome.type === "response", "not a call that has ended");
  assert((await answerOf(subject, "/echo")).status === 200, "nor the next one");
}

async function sendsOnce(subject: CallerSubject): Promise<void> {
  for (const [index, method] of ["GET", "POST", "PUT", "DELETE", "OPTIONS"].entries()) {
    const body = method === "POST" || method === "PUT" ? "x" : null;
    for (const [behaviour, status] of [
      ["reset", null],
      ["cut", 200],
    ] as const) {
      const token = `${behaviour}-${index}`;
      // The first call leaves a connection behind, so that the second one meets the end of a used one.
      await answerOf(subject, "/echo");
      const failure = await failureOf(subject, `/${behaviour}/${token}`, { method, body });
      assert(failure.reason === "network" && failure.sent, `${method} ${behaviour}: ${failure.reason}`);
      assert(failure.status === status, `${method} ${behaviour}: status ${failure.status}`);
      const arrivals = text((await answerOf(subject, `/arrivals/${token}`)).body);
      assert(arrivals === "1", `${method} ${behaviour}: arrived ${arrivals} times`);
    }
  }
}

async function tellsUnsent(subject: CallerSubject): Promise<void> {
  const failure = await failureOf(subject, "", { url: subject.deadUrl });
  assert(failure.reason === "network" && !failure.sent && failure.status === null, failure.reason);
}

async function refusesAddress(subject: CallerSubject): Promise<void> {
  const failure = await failureOf(subject, "", { url: subject.refusedUrl });
  assert(failure.reason === "blocked" && !failure.sent && failure.status === null, failure.reason);
}

async function refusesInvalid(subject: CallerSubject): Promise<void> {
  const url = `${subject.baseUrl}/echo`;
  const credentials = url.replace("://", "://name:word@");
  const bad: Partial<OutboundRequest>[] = [
    ...["", "/echo", "ftp://service.example/", credentials, "http://"].map((wrong) => ({ url: wrong })),
    ...["", "get", "GET /", "G\r\nET", "CONNECT", "TRACE"].map((method) => ({ method })),
    ...["a\r\nb", "a\nb", "a\0b", "a\u0100b", "😀"].map((value) => ({ headers: [["x-a", value]] as const })),
    ...["", "x a", "x:a", "X-A", "x\r\na", "ä"].map((name) => ({ headers: [[name, "a"]] as const })),
    ...[
      "host",
      "content-length",
      "transfer-encoding",
      "connection",
      "upgrade",
      "te",
      "trailer",
      "expect",
    ].map((name) => ({ headers: [[name, "1"]] as const })),
  ];
  for (const changes of bad) {
    const failure = await failureOf(subject, "/echo", changes);
    assert(failure.reason === "invalid" && !failure.sent, `${JSON.stringify(changes)}: ${failure.reason}`);
  }
}

async function keepsValuesOut(subject: CallerSubject): Promise<void> {
  const headers = [["x-key", "canary"]] as const;
  const failures = [
    await failureOf(subject, "/reset/canary", { headers, method: "POST", body: "canary" }),
    await failureOf(subject, "/never?canary", { headers, timeoutMs: 30 }),
    await failureOf(subject, "", { url: `${subject.deadUrl}/canary` }),
    await failureOf(subject, "", { url: `${subject.refusedUrl}/canary` }),
    await failureOf(subject, "", { url: "canary" }),
    await failureOf(subject, "/echo", { headers: [["x-key", "canary\n"]] }),
    await failureOf(subject, "/echo", { headers: [["canary key", ""]] }),
  ];
  for (const { detail } of failures) assert(!detail.includes("canary") && detail !== "", detail);
}

async function keepsApart(subject: CallerSubject): Promise<void> {
  const calls = Array.from({ length: 200 }, (_, index) =>
    answerOf(subject, "/echo", { method: "POST", body: `${index}` }),
  );
  for (const [index, answer] of (await Promise.all(calls)).entries()) {
    assert(text(answer.body) === `${index}`, `call ${index} gets its own answer`);
  }
}

function asResponse(outcome: OutboundOutcome): OutboundResponse {
  assert(outcome.type === "response", `an answer comes, not ${JSON.stringify(outcome)}`);
  return outcome;
}

function asFailure(outcome: OutboundOutcome): OutboundFailure {
  assert(outcome.type === "failure", "the call fails");
  return outcome;
}

function text(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
