// Polls, pages and undoings are found by their own numbers, not calls with the same one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptAt } from "./attempt-at.ts";

type Attempts = Parameters<typeof attemptAt>[0];

test("an attempt is found by kind and number, and none takes the place of one that is not there", () => {
  const blank = {
    from: null,
    to: null,
    outcome: "succeeded",
    response: null,
    failure: null,
    secrets: [],
  } as const;
  const attempts: Attempts = [
    { ...blank, kind: "call", number: 1 },
    { ...blank, kind: "poll", number: 1 },
    { ...blank, kind: "undo", number: 1, outcome: "failed" },
    { ...blank, kind: "undo", number: 1 },
  ];
  assert.equal(attemptAt(attempts, { kind: null, attempt: 1 }), attempts[0]);
  assert.equal(attemptAt(attempts, { kind: "poll", attempt: 1 }), attempts[1]);
  assert.equal(attemptAt(attempts, { kind: "undo", attempt: 1 }), attempts[3]);
  assert.equal(attemptAt(attempts, { kind: "page", attempt: 1 }), undefined);
  assert.equal(attemptAt(attempts, { kind: null, attempt: null }), undefined);
});
