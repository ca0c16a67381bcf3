// Where an answer says a poll is to ask, and whether the step's credentials may go there.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResponseRule } from "../language/workflow.ts";
import type { AttemptOutcome } from "../run/command.ts";
import { readAnswer } from "./read-answer.ts";

const rule: ResponseRule = {
  timeoutMs: 1_000,
  schema: null,
  expect: [],
  parse: "auto",
  maxBytes: 1_000,
  poll: null,
};

function targetOf(outcome: AttemptOutcome) {
  return outcome.type === "answer" ? outcome.target : undefined;
}

test("a service on another origin cannot name itself as the step's own", () => {
  const answer = {
    type: "response",
    status: 202,
    headers: { location: "/next" },
    body: new Uint8Array(),
  } as const;
  const home = "https://s.example";
  assert.deepEqual(targetOf(readAnswer(rule, answer, null, `${home}/jobs`)), {
    url: "https://s.example/next",
    sameOrigin: true,
  });
  assert.deepEqual(targetOf(readAnswer(rule, answer, null, "https://other.example/1", home)), {
    url: "https://other.example/next",
    sameOrigin: false,
  });
  const back = { ...answer, headers: { location: `${home}/next` } };
  assert.equal(targetOf(readAnswer(rule, back, null, "https://other.example/1", home))?.sameOrigin, true);
});
