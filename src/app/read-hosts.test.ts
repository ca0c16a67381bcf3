// How the sparing of hosts is configured.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

test("the rules that the page of hosts shows are taken", () => {
  const page = readFileSync(new URL("../../docs/reference/hosts.md", import.meta.url), "utf8");
  const shown = /```text\n(.*)\n```/.exec(page)?.[1];
  const bounds = { concurrency: 4, breaker: { failures: 5, openMs: 30_000 } };
  assert.deepEqual(readHosts(shown), [
    { host: "api.example.com", rate: { calls: 10, perMs: 1_000 }, ...bounds },
    { host: "*.example.org", rate: { calls: 100, perMs: 60_000 }, concurrency: null, breaker: null },
  ]);
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
    "127.1 rate=1/1s",
  ]) {
    assert.throws(() => readHosts(text), { code: "invalid_configuration" }, text);
  }
});
