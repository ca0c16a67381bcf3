// How the sparing of hosts is configured.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readHosts } from "./read-hosts.ts";

test("rules in their order, each with what it says", () => {
  assert.deepEqual(readHosts(undefined), []);
  assert.deepEqual(
    readHosts(" api.Example.com:8443 rate=10/1s concurrency=4 ; *.example.org breaker=5/30s;"),
    [
      { host: "api.example.com:8443", rate: { calls: 10, perMs: 1_000 }, concurrency: 4, breaker: null },
      { host: "*.example.org", rate: null, concurrency: null, breaker: { failures: 5, openMs: 30_000 } },
    ],
  );
});

test("what means nothing is refused", () => {
  for (const text of [
    "a.example",
    "http://a.example rate=1/1s",
    "a.example rate=1",
    "a.example rate=0/1s",
    "a.example rate=1/2h",
    "a.example concurrency=0",
    "a.example concurrency=1 concurrency=2",
    "a.example spped=1",
    "a.example:70000 rate=1/1s",
  ]) {
    assert.throws(() => readHosts(text), { code: "invalid_configuration" }, text);
  }
});
