// Requests are checked before anything else: what passes cannot become two messages.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { OutboundRequest } from "../ports/caller.ts";
import { findHeaderProblem } from "./check-headers.ts";
import { checkRequest } from "./check-request.ts";

const base: OutboundRequest = {
  method: "GET",
  url: "https://service.test:8443/a%20b/ä?c=d e#part",
  headers: [],
  body: null,
  timeoutMs: 1000,
  maxBytes: 1000,
};

test("addresses are split as the wire wants them", () => {
  const checked = checkRequest(base);
  assert.ok(checked.ok);
  assert.equal(checked.request.origin, "https://service.test:8443");
  assert.equal(checked.request.path, "/a%20b/%C3%A4?c=d%20e");
});

test("whatever the address, the request line stays one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (path, query) => {
      const checked = checkRequest({ ...base, url: `http://service.test/${path}?${query}` });
      if (checked.ok) assert.match(`${checked.request.origin}${checked.request.path}`, /^[!-~]+$/);
    }),
  );
});

test("headers that pass hold no line end", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, value) => {
      if (findHeaderProblem([[name, value]]) === null)
        assert.doesNotMatch(name + value, /[\0\r\n\u0100-\uffff]/);
    }),
  );
});

test("accept-encoding is set only when the request does not", () => {
  const headersOf = (headers: OutboundRequest["headers"]) => {
    const checked = checkRequest({ ...base, headers });
    assert.ok(checked.ok);
    return checked.request.headers;
  };
  assert.deepEqual(headersOf([["x-a", "1"]]), ["x-a", "1", "accept-encoding", "gzip, br, zstd"]);
  assert.deepEqual(headersOf([["accept-encoding", "identity"]]), ["accept-encoding", "identity"]);
});

test("header blocks and addresses beyond 64 KiB are refused", () => {
  assert.equal(findHeaderProblem([["x-a", "a".repeat(65_533)]]), null);
  assert.notEqual(findHeaderProblem([["x-a", "a".repeat(65_534)]]), null);
  assert.equal(checkRequest({ ...base, url: `http://service.test/${"a".repeat(66_000)}` }).ok, false);
});
