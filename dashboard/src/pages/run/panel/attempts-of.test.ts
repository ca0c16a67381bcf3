// What the log of a step says of its attempts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptsOf } from "./attempts-of.ts";

type Events = Parameters<typeof attemptsOf>[0];

function events(...told: readonly (readonly [type: string, data: Record<string, unknown>])[]): Events {
  return told.map(([type, data], index) => ({
    seq: index + 1,
    type,
    at: new Date(index * 1_000).toISOString(),
    step: "s",
    data,
  })) as Events;
}

const refused = {
  ...{ kind: "status", code: "http_503", message: "the service answered 503", reach: "answered" },
  ...{ accepted: false, status: 503, headers: { "retry-after": "1" }, body: { busy: true } },
};

test("attempts with what each was answered, and the request that all of them sent", () => {
  const request = {
    method: "POST",
    url: "https://a.example",
    query: [],
    headers: [],
    body: null,
    auth: null,
  };
  const {
    request: sent,
    attempts,
    response,
    failure,
  } = attemptsOf(
    events(
      ["step.started", { attempt: 1, request, deadlineAt: null }],
      [
        "step.retrying",
        { attempt: 2, notBefore: 1_500, spent: 1, failure: refused, secrets: [{ name: "KEY", version: 2 }] },
      ],
      ["step.succeeded", { result: { type: "response", status: 200, headers: {}, body: "ok" } }],
    ),
  );
  assert.deepEqual(sent, request);
  assert.deepEqual(
    attempts.map(({ number, outcome, response: answer, from, secrets }) => [
      number,
      outcome,
      answer?.status,
      from,
      secrets,
    ]),
    [
      [1, "failed", 503, "1970-01-01T00:00:00.000Z", ["KEY (version 2)"]],
      [2, "succeeded", 200, "1970-01-01T00:00:01.500Z", []],
    ],
  );
  assert.deepEqual([response?.body, failure], ["ok", null]);
});

test("an attempt that was announced and dropped before its time is none", () => {
  const { attempts } = attemptsOf(
    events(
      ["item.started", { attempt: 1, request: null }],
      ["item.retrying", { attempt: 2, notBefore: 90_000, failure: refused }],
      ["item.cancelled", {}],
    ),
  );
  assert.deepEqual(
    attempts.map(({ number, outcome }) => [number, outcome]),
    [[1, "failed"]],
  );
});

test("a compensation has attempts of its own, and leaves the step's answer as it was", () => {
  const { attempts, response } = attemptsOf(
    events(
      ["step.started", { attempt: 1, request: null }],
      ["step.succeeded", { result: { type: "response", status: 201, headers: {}, body: 7 } }],
      ["compensation.started", { attempt: 1, request: null }],
      ["compensation.failed", { failure: refused }],
    ),
  );
  assert.deepEqual(
    attempts.map(({ kind, outcome }) => [kind, outcome]),
    [
      ["call", "succeeded"],
      ["undo", "failed"],
    ],
  );
  assert.equal(response?.body, 7);
});
